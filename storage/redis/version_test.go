package redis_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage/redis"
)

func port(s *redistest.Server) string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return port
}

// What a server says of itself decides; the servers here say what servers do
// that cannot all be installed.
func TestServerVersions(t *testing.T) {
	rest := "\r\nredis_mode:standalone\r\nmaxmemory_policy:noeviction\r\nrole:master\r\n"
	for _, server := range []struct{ info, refusal string }{
		{"redis_version:6.2.14" + rest, "the server is Redis 6.2.14; the store needs Redis 7.0 or newer"},
		{"redis_version:4.0.0" + rest, "needs Redis 7.0 or newer"},
		{"redis_version:" + rest, "needs Redis 7.0 or newer"},
		{"redis_version:7.0.0" + rest, ""},
		{"redis_version:8.2.1" + rest, ""},
		{"redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.0" + rest, ""},
		{"redis_version:7.0.0\r\nredis_mode:standalone\r\nrole:master\r\n", "does not report its maxmemory-policy"},
	} {
		client := goredis.NewClient(&goredis.Options{Addr: answering(t, server.info), Protocol: 2, DisableIdentity: true})
		_, err := redis.New(t.Context(), client, nil)
		require.NoError(t, client.Close())
		if server.refusal == "" {
			server.refusal = "agree on the layout" // which this server is of no help with
		}
		require.ErrorContains(t, err, server.refusal)
	}
}

// answering starts a server that answers INFO and nothing else, and returns
// its address.
func answering(t *testing.T, info string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					switch word := strings.ToLower(lines.Text()); word {
					case "info":
						_, _ = fmt.Fprintf(conn, "$%d\r\n%s\r\n", len(info), info)
					case "hello", "evalsha", "client":
						_, _ = fmt.Fprint(conn, "-ERR unknown command\r\n")
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}
