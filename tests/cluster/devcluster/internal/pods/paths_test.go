package pods

import "testing"

func TestAPathIsRewritten(t *testing.T) {
	places := newPaths([]folder{
		{"/data", "/host/volumes/pvc-1"},
		{"/data/conf/", "/host/pods/1/nats/mounts/config"},
		{"/data", "/host/scratch/data"},
		{"/etc/nats-config", "/host/conf"},
		{"/", "/nowhere"},
		{"relative", "/nowhere"},
	})
	for _, fact := range []struct{ says, text, want string }{
		{"by itself", "/data", "/host/volumes/pvc-1"},
		{"with what is below it", "/data/jetstream", "/host/volumes/pvc-1/jetstream"},
		{"by the longest mount that contains it", "/data/conf/nats.conf", "/host/pods/1/nats/mounts/config/nats.conf"},
		{"after a flag's equals sign", "--dbpath=/data", "--dbpath=/host/volumes/pvc-1"},
		{"in quotes", `store_dir: "/data/js"`, `store_dir: "/host/volumes/pvc-1/js"`},
		{"in a URL of a file", "file:/data/db", "file:/host/volumes/pvc-1/db"},
		{"in a list", "/data:/etc/nats-config", "/host/volumes/pvc-1:/host/conf"},
		{"more than once", "cp /data/a /data/b", "cp /host/volumes/pvc-1/a /host/volumes/pvc-1/b"},
		{"not as a part of a name", "/database /data-2 /data.json", "/database /data-2 /data.json"},
		{"not below another folder", "/my/data my/data", "/my/data my/data"},
		{"not in a URL's path", "http://host/data nats://data", "http://host/data nats://data"},
		{"not after a variable", "$HOME/data ${HOME}/data $(HOME)/data ~/data", "$HOME/data ${HOME}/data $(HOME)/data ~/data"},
		{"not in random characters", "abc+/data+x==", "abc+/data+x=="},
		{"beside letters of other alphabets only if apart", "é/data é /data", "é/data é /host/volumes/pvc-1"},
	} {
		t.Run(fact.says, func(t *testing.T) {
			if got := places.rewrite(fact.text); got != fact.want {
				t.Errorf("%q became %q, not %q", fact.text, got, fact.want)
			}
		})
	}
}

func TestAReplacementIsNotRewrittenAgain(t *testing.T) {
	places := newPaths([]folder{{"/data", "/tmp/x/data"}, {"/tmp", "/data/tmp"}})
	if got := places.rewrite("/data /tmp"); got != "/tmp/x/data /data/tmp" {
		t.Errorf("got %q", got)
	}
}

func TestBinaryFilesAreLeftAlone(t *testing.T) {
	places := newPaths([]folder{{"/data", "/host"}})
	for _, content := range []string{"/data \x00", "/data \xff"} {
		if got := string(places.rewriteFile([]byte(content))); got != content {
			t.Errorf("%q became %q", content, got)
		}
	}
}
