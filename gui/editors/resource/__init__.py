"""The editor of conf/resource: what the package asks of DSM, one form for each resource worker."""
