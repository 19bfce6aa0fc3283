package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// markers tell the entrypoint of the image that a folder has been used before. The last of them is
// the one that is made here.
var markers = [...]string{"WiredTiger", "journal", "local.0", "storage.bson"}

// user is the one that the environment asks for.
type user struct{ name, password string }

// rootUser reads the environment as the entrypoint of the image does.
func rootUser(environment func(string) string) (*user, error) {
	name, err := fileOrValue(environment, "MONGO_INITDB_ROOT_USERNAME")
	if err != nil {
		return nil, err
	}
	password, err := fileOrValue(environment, "MONGO_INITDB_ROOT_PASSWORD")
	if err != nil {
		return nil, err
	}
	if name == "" && password == "" {
		return nil, nil
	}
	if name == "" || password == "" {
		return nil, errors.New("error: missing 'MONGO_INITDB_ROOT_USERNAME' or " +
			"'MONGO_INITDB_ROOT_PASSWORD'; both must be specified for a user to be created")
	}
	return &user{name, password}, nil
}

// fileOrValue returns a variable, or the content of the file that the variable with _FILE names.
func fileOrValue(environment func(string) string, name string) (string, error) {
	value, file := environment(name), environment(name+"_FILE")
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("error: both %s and %s_FILE are set (but are exclusive)", name, name)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("error: %s_FILE: %w", name, err)
	}
	return strings.TrimRight(string(content), "\n"), nil
}

// prepareFolder finds the folder for data and takes hold of it for the life of the process.
func prepareFolder(settings *settings) error {
	folder, err := filepath.Abs(settings.folder)
	if err != nil {
		return fmt.Errorf("find the data directory: %w", err)
	}
	settings.folder = folder
	if !settings.folderNamed {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("create the data directory: %w", err)
		}
	}
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("NonExistentPath: Data directory %s not found. Create the missing "+
			"directory or specify another path using (1) the --dbpath command line option", folder)
	}
	return lock(filepath.Join(folder, "mongod.lock"))
}

// lock makes sure that one process alone uses a folder: writes are atomic only within one. The
// descriptor stays open, and the system lets go of it however the process ends.
func lock(path string) error {
	descriptor, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return fmt.Errorf("open the lock file %s: %w", path, err)
	}
	if err := syscall.Flock(descriptor, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("DBPathInUse: Unable to lock the lock file: %s (%w). Another mongod "+
			"instance is already running on the %s directory", path, err, filepath.Dir(path))
	}
	return nil
}

// isUsed tells whether the entrypoint of the image would leave a folder as it is.
func isUsed(folder string) bool {
	for _, marker := range markers {
		if _, err := os.Stat(filepath.Join(folder, marker)); err == nil {
			return true
		}
	}
	return false
}

// markUsed makes the next start leave the folder as it is.
func markUsed(folder string) error {
	path := filepath.Join(folder, markers[len(markers)-1])
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return fmt.Errorf("mark the data directory as used: %w", err)
	}
	return nil
}

// scripts returns what the entrypoint of the image would run in an empty folder, and nothing here
// can: it takes the shell of MongoDB.
func scripts(folder string) []string {
	var found []string
	for _, pattern := range []string{"*.js", "*.sh"} {
		// The pattern is not malformed, which is all that can fail.
		paths, _ := filepath.Glob(filepath.Join(folder, pattern))
		found = append(found, paths...)
	}
	return found
}
