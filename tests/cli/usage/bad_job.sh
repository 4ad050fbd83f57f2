# One bad job on the command line is a usage error before anything is computed.
nbang 5 12x 10
