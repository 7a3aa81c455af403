#!/bin/sh
# usage: static_page_health_check.sh HOST:PORT
wget -q -O - "http://${1:?HOST:PORT}/all.svg" | grep -q svg
