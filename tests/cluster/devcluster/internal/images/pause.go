package images

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
)

// Pause is the reference of the image whose only container holds the namespaces of a pod. No registry
// has it.
const Pause = "registry.invalid/pause:1"

// machines are the processors for which there is a program that does nothing: it asks the kernel to
// wait for a signal, and then again.
var machines = map[string]struct {
	number uint16
	code   []byte
}{
	"amd64": {62, []byte{
		0xb8, 0x22, 0x00, 0x00, 0x00, // mov eax, pause
		0x0f, 0x05, // syscall
		0xeb, 0xf7, // jmp to the beginning
	}},
	"arm64": {183, []byte{
		0x00, 0x00, 0x80, 0xd2, // mov x0, 0
		0x01, 0x00, 0x80, 0xd2, // mov x1, 0
		0x02, 0x00, 0x80, 0xd2, // mov x2, 0
		0x03, 0x00, 0x80, 0xd2, // mov x3, 0
		0x04, 0x00, 0x80, 0xd2, // mov x4, 0
		0x28, 0x09, 0x80, 0xd2, // mov x8, ppoll
		0x01, 0x00, 0x00, 0xd4, // svc 0
		0xf9, 0xff, 0xff, 0x17, // b to the beginning
	}},
}

// pause returns a static program that waits until it is killed: a header, one segment, a few bytes.
func pause() ([]byte, error) {
	machine, known := machines[runtime.GOARCH]
	if !known {
		return nil, fmt.Errorf("there is no pause program for %s", runtime.GOARCH)
	}
	const (
		header, segment = 64, 56
		base            = 0x400000
		readAndExecute  = 5
		executable      = 2
		pageSize        = 0x1000
	)
	size := uint64(header + segment + len(machine.code))
	var program bytes.Buffer
	for _, part := range []any{
		[16]byte{0x7f, 'E', 'L', 'F', 2, 1, 1},
		uint16(executable), machine.number, uint32(1),
		uint64(base + header + segment), uint64(header), uint64(0), uint32(0),
		uint16(header), uint16(segment), uint16(1), uint16(0), uint16(0), uint16(0),
		// The segment: all of the file.
		uint32(1), uint32(readAndExecute), uint64(0), uint64(base), uint64(base), size, size, uint64(pageSize),
		machine.code,
	} {
		if err := binary.Write(&program, binary.LittleEndian, part); err != nil {
			return nil, err
		}
	}
	return program.Bytes(), nil
}

// PauseArchive returns the image as an archive that `ctr images import` takes.
func PauseArchive() ([]byte, error) {
	program, err := pause()
	if err != nil {
		return nil, err
	}
	return Image{Reference: Pause, Entrypoint: []string{"/pause"}, Files: map[string][]byte{"pause": program}}.Archive()
}
