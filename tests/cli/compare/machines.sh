# Different machines are compared if that is asked for, with a warning; likewise what is unknown.
csv_record 1 >old.csv
csv_record 0.5 fedcba9876543210 >other.csv
csv_record 0.5 "" >unknown.csv
nbang compare --across-machines old.csv other.csv | grep warning
nbang compare old.csv unknown.csv | grep warning
