module promha.test/m3

go 1.26.0

require github.com/m3db/m3 v1.5.0

replace (
	github.com/apache/thrift => github.com/m3dbx/thrift v0.0.0-20210326170526-6e3eef8b4a26
	gopkg.in/vmihailenco/msgpack.v2 => github.com/vmihailenco/msgpack v2.8.3+incompatible
	github.com/stretchr/testify => github.com/stretchr/testify v1.1.4-0.20160305165446-6fe211e49392
	github.com/google/flatbuffers => github.com/google/flatbuffers v1.12.1
	github.com/uber-go/atomic => github.com/uber-go/atomic v1.4.0
	github.com/envoyproxy/go-control-plane => github.com/envoyproxy/go-control-plane v0.9.7
	google.golang.org/grpc => google.golang.org/grpc v1.40.1
	go.etcd.io/etcd/client/v2 => go.etcd.io/etcd/client/v2 v2.305.4
)
