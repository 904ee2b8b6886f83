"""TLS, proxies and connections, over real sockets."""
