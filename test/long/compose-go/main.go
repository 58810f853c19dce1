// Loads documents with the reference implementation of Compose. Each line of the standard input is a document as a JSON string, and each line
// of the output says whether it loads: with an empty environment, or with a value for every variable that has no default.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// Variables without a default, or with an empty one.
var withoutDefault = regexp.MustCompile(`\$\{?([A-Za-z_]\w*)(?:[^\w:+-]|:\?|:?-\}|$)`)

// A value of each form that a place can require.
var values = []string{"1", "v1", "true", "5s", "always"}

type answer struct {
	Loads bool   `json:"loads"`
	Error string `json:"error,omitempty"`
}

func load(folder, text string, environment types.Mapping) (answer answer) {
	defer func() {
		if problem := recover(); problem != nil {
			answer.Error = fmt.Sprint("panic: ", problem)
		}
	}()
	_, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  folder,
		ConfigFiles: []types.ConfigFile{{Filename: folder + "/compose.yaml", Content: []byte(text)}},
		Environment: environment,
	}, func(options *loader.Options) {
		options.SetProjectName("template", true)
		// Files of the machine are not read.
		options.SkipInclude = true
		options.SkipResolveEnvironment = true
		options.SkipResolveLabels = true
	})
	if err != nil {
		answer.Error = err.Error()
		return
	}
	answer.Loads = true
	return
}

func main() {
	logrus.SetLevel(logrus.PanicLevel)
	folder, err := os.MkdirTemp("", "compose-go")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		result := load(folder, text, types.Mapping{})
		names := withoutDefault.FindAllStringSubmatch(text, -1)
		for _, value := range values {
			if result.Loads || len(names) == 0 {
				break
			}
			environment := types.Mapping{}
			for _, name := range names {
				environment[name[1]] = value
			}
			if filled := load(folder, text, environment); filled.Loads {
				result = filled
			}
		}
		if err := out.Encode(result); err != nil {
			panic(err)
		}
	}
}
