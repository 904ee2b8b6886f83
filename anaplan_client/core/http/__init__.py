"""How requests reach the network: connections, TLS, proxies, and what is read from a socket."""
