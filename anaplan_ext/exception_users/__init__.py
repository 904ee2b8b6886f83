"""Exception users: who may sign in with a password in spite of single sign-on."""
