package pods

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// folder says which host path stands for a path inside a container.
type folder struct {
	inside, outside string
}

// paths are the folders of one container, longest first.
type paths []folder

// newPaths sorts folders, so that a mount below another one comes before it. Of two of the same
// path the first counts.
func newPaths(folders []folder) paths {
	sorted := make(paths, 0, len(folders))
	for _, candidate := range folders {
		candidate.inside = path.Clean(candidate.inside)
		known := slices.ContainsFunc(sorted, func(f folder) bool { return f.inside == candidate.inside })
		if !known && strings.HasPrefix(candidate.inside, "/") && candidate.inside != "/" {
			sorted = append(sorted, candidate)
		}
	}
	slices.SortStableFunc(sorted, func(a, b folder) int { return cmp.Compare(len(b.inside), len(a.inside)) })
	return sorted
}

// rewrite replaces the container's paths in a text by those of the host.
//
// A path starts where no other path or word goes on, and ends where its last element ends:
// `/data` is found in `file:/data/db` and `"/data"`, not in `/database`, `/my/data`,
// `http://host/data` or `$HOME/data`. What has been replaced is not looked at again.
func (p paths) rewrite(text string) string {
	var result strings.Builder
	for i := 0; i < len(text); {
		match, found := p.at(text, i)
		if !found {
			result.WriteByte(text[i])
			i++
			continue
		}
		result.WriteString(match.outside)
		i += len(match.inside)
	}
	return result.String()
}

func (p paths) at(text string, i int) (folder, bool) {
	if text[i] != '/' || i > 0 && continues(text[i-1]) {
		return folder{}, false
	}
	for _, candidate := range p {
		rest, found := strings.CutPrefix(text[i:], candidate.inside)
		if found && (rest == "" || rest[0] == '/' || !continuesName(rest[0])) {
			return candidate, true
		}
	}
	return folder{}, false
}

// outside returns the host path of a path inside the container, if it has one.
func (p paths) outside(inside string) (string, bool) {
	inside = path.Clean(inside)
	rewritten := p.rewrite(inside)
	return rewritten, rewritten != inside
}

// rewriteAll is rewrite for a list.
func (p paths) rewriteAll(texts []string) []string {
	rewritten := make([]string, 0, len(texts))
	for _, text := range texts {
		rewritten = append(rewritten, p.rewrite(text))
	}
	return rewritten
}

// rewriteFile leaves binary content alone.
func (p paths) rewriteFile(content []byte) []byte {
	if !utf8.Valid(content) || slices.Contains(content, 0) {
		return content
	}
	return []byte(p.rewrite(string(content)))
}

// continues tells whether a slash after the character belongs to what came before it.
func continues(before byte) bool {
	return continuesName(before) || before == '/' || before == '}' || before == ')' || before == '~'
}

func continuesName(character byte) bool {
	switch {
	case character >= 'a' && character <= 'z', character >= 'A' && character <= 'Z',
		character >= '0' && character <= '9', character >= utf8.RuneSelf:
		return true
	default:
		return strings.IndexByte("._-+", character) >= 0
	}
}
