package stackgate

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestReadmeHasTheCodeOfTheExamples(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 3 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		code := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(block[1], "\t$1")
		if !strings.Contains(string(examples), code) || strings.Count(code, "\n") > 10 {
			t.Error(code)
		}
	}
}
