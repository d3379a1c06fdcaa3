#!/bin/sh
# Uploads files one after the other with curl: the video is announced, then its bytes are sent. Arguments: the site, the key, the project,
# a file with the paths.
set -e
while IFS= read -r file; do
  name=$(basename "$file")
  size=$(stat -c %s "$file" 2>/dev/null || stat -f %z "$file")
  endpoint=$(curl -sS --fail -H "Authorization: Bearer $2" -H 'Content-Type: application/json' "$1/v2/init" \
    -d "{\"type\":\"video\",\"parent_id\":\"$3\",\"title\":\"$name\",\"filename\":\"$name\",\"filesize\":$size}" | sed 's/.*"endpoint":"\([^"]*\)".*/\1/')
  curl -sS --fail --http1.1 -X PATCH -T "$file" -H 'Tus-Resumable: 1.0.0' -H 'Upload-Offset: 0' \
    -H 'Content-Type: application/offset+octet-stream' "$endpoint"
done < "$4"
