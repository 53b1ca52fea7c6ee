module promha.test/victoriametrics

go 1.26.0

require github.com/VictoriaMetrics/VictoriaMetrics v1.151.0
