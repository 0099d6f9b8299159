# What collectors, compression and walks cost, and how a run went over time.
w() { "$arenascope" workload "$@" --engines heap; }
w collecting-cache uncollected-cache --operations 300 --capacity 20 --timeline
w weak-cache --operations 300 --owners 20 --timeline --format csv | sed -n '/^workload,figure/,$p'
# With --time there are nanoseconds, which are another number each time.
w zlib-cache lz4-cache --operations 100 --time --timeline | awk '/^compression/ { on = 1 } on && NF == 8 { print $1, $2, $3, ($7 > 0) && ($8 > 0) }
	/compression, ns/ { print $1, ($4 > 0) }'
"$arenascope" workload lru --time
"$arenascope" workload collecting-cache --collect-every 0 --operations 200 --capacity 10 --format json | sed -n '/"collector"/,/]/p'
