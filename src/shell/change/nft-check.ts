/** For sh: has nft read the file that is its first argument, without loading it. */
export const nftCheck = `[ -x /usr/sbin/nft ] || { echo 'the program nft is missing: run promha apply without --only and --skip, which brings nftables'; exit 1; }
exec /usr/sbin/nft -c -f "$1"`
