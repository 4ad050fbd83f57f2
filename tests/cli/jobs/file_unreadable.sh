# A file that cannot be read is a usage error before anything is computed.
mkdir directory
code nbang 5 @no_such_file
code nbang 5 @directory
code nbang 5 @
