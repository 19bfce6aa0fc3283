package pods

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

func (f *fixture) url(name, path string) string {
	return "http://127" + strings.TrimPrefix(f.pod(name).Status.PodIP, "10") + ":4222" + path
}

// ask has the process of a pod do something; what it does is to end, if there is no answer.
func (f *fixture) ask(name, path string) error {
	return f.askAt(f.url(name, path))
}

func (f *fixture) askAt(url string) error {
	response, err := http.Get(url)
	if err == nil {
		response.Body.Close()
	}
	return err
}

// started is what a process was started with.
type started struct {
	Arguments   []string
	Environment []string
	Folder      string
	Pid         int
}

func (s started) variable(name string) string {
	value := ""
	for _, variable := range s.Environment {
		if rest, found := strings.CutPrefix(variable, name+"="); found {
			value = rest
		}
	}
	return value
}

func (f *fixture) started(name string) started {
	f.Helper()
	return f.startedAt(f.url(name, "/started"))
}

func (f *fixture) startedAt(url string) started {
	f.Helper()
	response, err := http.Get(url)
	if err != nil {
		f.Fatal(err)
	}
	defer response.Body.Close()
	var got started
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		f.Fatal(err)
	}
	return got
}

func (f *fixture) file(name, path string) string {
	f.Helper()
	response, err := http.Get(f.url(name, "/file?path="+path))
	if err != nil {
		f.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		f.Fatal(err)
	}
	return string(content)
}
