package supervisor

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

func keeperOf(t *testing.T) *keeper {
	t.Helper()
	cluster := home.Cluster{Name: "one", Directory: t.TempDir()}
	if err := os.Mkdir(cluster.Path("logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	return newKeeper(cluster, slog.New(slog.DiscardHandler))
}

func shell(script string) components.Component {
	return components.Component{Name: "script", Program: "/bin/sh", Arguments: []string{"-c", script}}
}

func TestAComponentThatEndsTooEarlyIsExplained(t *testing.T) {
	keeper := keeperOf(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	keeper.keep(ctx, shell("echo first; echo no such flag >&2; exit 3"))

	err := keeper.until(ctx, "nothing", func(context.Context) error { return os.ErrNotExist })

	want := "script ended before it was ready (exit status 3): no such flag"
	if err == nil || err.Error() != want {
		t.Errorf("got `%v`, want `%s`", err, want)
	}
}

func TestAComponentThatEndsLaterIsStartedAgain(t *testing.T) {
	keeper := keeperOf(t)
	keeper.steady.Store(true)
	ctx, cancel := context.WithCancel(context.Background())
	keeper.keep(ctx, shell("echo started"))
	defer keeper.all.Wait()
	defer cancel()

	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		text, _ := os.ReadFile(keeper.cluster.Log("script"))
		if strings.Count(string(text), "started") > 1 {
			return
		}
		time.Sleep(interval)
	}
	t.Error("it was not started again")
}

func TestWhoWaitsIsToldTheLastAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*interval)
	defer cancel()

	err := keeperOf(t).until(ctx, "godot", func(context.Context) error { return os.ErrNotExist })

	want := "waiting for godot: context deadline exceeded; last answer: file does not exist"
	if err == nil || err.Error() != want {
		t.Errorf("got `%v`, want `%s`", err, want)
	}
}
