package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

// Uses every function of the client once, and prints the results as JSON. Argument: the file with the wire vectors.
func main() {
	var vectors struct {
		Agent    []struct{ Token, Method, Path, Timestamp, RequestID, Body string }
		Webhooks []struct {
			Body    string
			Headers map[string]string
			Secrets []string
			Now     int64
		}
	}
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &vectors))

	signatures := []map[string]string{}
	for _, v := range vectors.Agent {
		plain, full := AgentSignatures(v.Token, v.Method, v.Path, v.Timestamp, v.RequestID, []byte(v.Body))
		signatures = append(signatures, map[string]string{"X-Agent-Signature": plain, "X-Agent-Signature-V2": full})
	}
	webhooks := []string{}
	for _, v := range vectors.Webhooks {
		header := http.Header{}
		for name, value := range v.Headers {
			header.Set(name, value)
		}
		event, err := VerifyWebhook([]byte(v.Body), header, v.Secrets, time.Unix(v.Now, 0))
		if err != nil {
			webhooks = append(webhooks, err.Error())
		} else {
			webhooks = append(webhooks, event.Type)
		}
	}

	account, feature := os.Getenv("STACKGATE_ACCOUNT"), "attribution_runs"
	client := NewClient(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_KEY"))
	checked, err := client.Check(account, feature, 100)
	must(err)
	first, _, err := client.Consume(account, feature, 30, "go-1")
	must(err)
	second, _, err := client.Consume(account, feature, 30, "go-1")
	must(err)
	_, denial, err := client.Consume(account, feature, 90, NewKey())
	must(err)
	recorded := [][]int{}
	for range 2 {
		usage, err := client.RecordUsage([]UsageEvent{{account, feature, 5, "go-usage-1"}})
		must(err)
		recorded = append(recorded, []int{usage.Accepted, usage.Duplicates})
	}
	_, err = client.Check("acc_none", feature, 1)
	missing := "found"
	var failed *Error
	if errors.As(err, &failed) {
		missing = fmt.Sprintf("%d %s", failed.Status, failed.Code)
	}
	result, err := json.Marshal(map[string]any{
		"signatures": signatures,
		"webhooks":   webhooks,
		"allowed":    checked.Allowed,
		"consumed":   []int64{first.Entitlement.Used, second.Entitlement.Used},
		"sameId":     first.ID == second.ID,
		"denied":     denial.Code,
		"remedies":   len(denial.Remedies) > 0,
		"recorded":   recorded,
		"missing":    missing,
	})
	must(err)
	fmt.Println(string(result))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
