package pods

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// ownFolders are what a program may write to in any image. In a process they are scratch, so that
// nothing of a pod is written elsewhere.
var ownFolders = []string{initFolder, "/data", "/home", "/mnt", "/root", "/run", "/srv", "/tmp", "/var"}

// initFolder has what images of databases run when they have no data yet.
const initFolder = "/docker-entrypoint-initdb.d"

// layout is where one container has its folders.
type layout struct {
	// mounts has the volumes of files, root what the image and the container's own layer hold.
	mounts, root string
}

func (w *worker) layout(name string) layout {
	folder := filepath.Join(w.folder, name)
	return layout{mounts: filepath.Join(folder, "mounts"), root: filepath.Join(folder, "root")}
}

// paths returns the folders of a container: its mounts first, then those of its image.
func (l layout) paths(spec *corev1.Container, known *image, volumes storage, variables []kubecontainer.EnvVar) (paths, error) {
	var folders []folder
	for _, mount := range spec.VolumeMounts {
		base, isFolder := volumes.folders[mount.Name]
		if !isFolder {
			base = filepath.Join(l.mounts, mount.Name)
		}
		sub, err := subPath(mount, variables)
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder{mount.MountPath, filepath.Join(base, sub)})
	}
	own := ownFolders
	if known != nil {
		for file := range known.files {
			own = append([]string{path.Dir(file)}, own...)
		}
	}
	for _, inside := range own {
		folders = append(folders, folder{inside, filepath.Join(l.root, inside)})
	}
	return newPaths(folders), nil
}

func subPath(mount corev1.VolumeMount, variables []kubecontainer.EnvVar) (string, error) {
	sub := mount.SubPath
	if mount.SubPathExpr != "" {
		var err error
		if sub, err = kubecontainer.ExpandContainerVolumeMounts(mount, variables); err != nil {
			return "", err
		}
	}
	if sub != "" && !filepath.IsLocal(sub) {
		return "", fmt.Errorf("sub-path %q of volume %s leaves the volume", sub, mount.Name)
	}
	return sub, nil
}

// make writes the folders and files of a container. The files of volumes have their paths
// rewritten; what an earlier run left in the container's own layer is gone.
func (l layout) make(spec *corev1.Container, known *image, volumes storage, places paths) error {
	if err := os.RemoveAll(l.root); err != nil {
		return fmt.Errorf("clear the scratch of container %s: %w", spec.Name, err)
	}
	for _, inside := range append([]string{"/"}, ownFolders...) {
		if err := os.MkdirAll(filepath.Join(l.root, inside), 0o777); err != nil {
			return fmt.Errorf("make the scratch of container %s: %w", spec.Name, err)
		}
	}
	if known != nil {
		for name, content := range known.files {
			file := filepath.Join(l.root, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return fmt.Errorf("make a folder of the image: %w", err)
			}
			if err := os.WriteFile(file, []byte(places.rewrite(content)), 0o644); err != nil {
				return fmt.Errorf("write a file of the image: %w", err)
			}
		}
	}
	for _, mount := range spec.VolumeMounts {
		if err := l.mount(mount, volumes, places); err != nil {
			return fmt.Errorf("mount volume %s: %w", mount.Name, err)
		}
	}
	return nil
}

// mount makes a volume be where the paths say.
func (l layout) mount(mount corev1.VolumeMount, volumes storage, places paths) error {
	if _, isFolder := volumes.folders[mount.Name]; isFolder {
		outside, _ := places.outside(mount.MountPath)
		if _, err := os.Stat(outside); err == nil {
			return nil
		}
		return os.MkdirAll(outside, 0o777)
	}
	target := filepath.Join(l.mounts, mount.Name)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	rewritten := map[string]volumeutil.FileProjection{}
	for name, file := range volumes.files[mount.Name] {
		file.Data = places.rewriteFile(file.Data)
		rewritten[name] = file
	}
	writer, err := volumeutil.NewAtomicWriter(target, "volume "+mount.Name)
	if err != nil {
		return err
	}
	return writer.Write(rewritten, nil)
}
