"""The Python of seed 001, as it stands there.

usage: seed_001_sdk.py HOST PORT USER PASSWORD FORM DATABASE TABLE
"""

import sys

from matrixone import Client

host, port, user, password, form, database, table = sys.argv[1:]
port = int(port)

# IMPORTANT: Connect with sys account first
client = Client(sql_log_mode="off")
if form == "name":
    client.connect(host=host, port=port, user=f"sys#{user}", password=password, database=database)
else:
    client.connect(host=host, port=port, user=user, password=password, database=database, account="sys")

# Initialize mo_ctl manager
moctl = client.moctl

# Flush a specific table
result = moctl.flush_table(database, table)
print(result)

# Force incremental checkpoint
result = moctl.increment_checkpoint()
print(result)

# Force global checkpoint
result = moctl.global_checkpoint()
print(result)
