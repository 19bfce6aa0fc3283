package hub

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Inheritance is the open files that a process takes along into the hub, by what they are for.
type Inheritance map[string]*os.File

// Enter starts this program again as the same process, in a network namespace of its own; it returns
// only if that fails. The files are named in the last argument, for Inherit.
func Enter(arguments []string, files Inheritance) error {
	var named []string
	for name, file := range files {
		descriptor := file.Fd()
		if _, err := unix.FcntlInt(descriptor, unix.F_SETFD, 0); err != nil {
			return fmt.Errorf("cannot hand `%s` on: %w", name, err)
		}
		named = append(named, name+"="+strconv.Itoa(int(descriptor)))
	}
	// The namespace is the thread's, and the thread that starts the program becomes the process.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("cannot make a network namespace: %w", err)
	}
	arguments = append(arguments, strings.Join(named, ","))
	if err := syscall.Exec("/proc/self/exe", arguments, os.Environ()); err != nil {
		return fmt.Errorf("cannot start again in a network namespace: %w", err)
	}
	runtime.KeepAlive(files)
	return nil
}

// Inherit opens what Enter has named.
func Inherit(named string) (Inheritance, error) {
	files := Inheritance{}
	for entry := range strings.SplitSeq(named, ",") {
		name, number, _ := strings.Cut(entry, "=")
		descriptor, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("`%s` names no open file: %w", entry, err)
		}
		unix.CloseOnExec(descriptor)
		files[name] = os.NewFile(uintptr(descriptor), name)
	}
	return files, nil
}
