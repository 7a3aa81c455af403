#!/bin/sh
# usage: grafana_health_check.sh HOST:PORT
wget -q -O - "http://${1:?HOST:PORT}/public/img/grafana_icon.svg" | grep -q svg
