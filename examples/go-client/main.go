package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

// calls consumes a unit as often as the argument says, records usage once, and prints the outcomes as JSON.
func calls(client *Client) {
	outcomes := []string{}
	count, err := strconv.Atoi(os.Args[2])
	must(err)
	account, feature := os.Getenv("STACKGATE_ACCOUNT"), "attribution_runs"
	for call := range count + 1 {
		if call < count {
			_, err = client.Consume(ConsumeRequest{AccountID: account, Feature: feature})
		} else {
			usage := UsageEventInput{AccountID: account, Feature: feature, Key: "go-hostile-1"}
			_, err = client.RecordUsage([]UsageEventInput{usage})
		}
		outcome := "done"
		var failed *Error
		var denied *DenialError
		if errors.As(err, &failed) {
			outcome = fmt.Sprintf("%d %s %t: %s", failed.Status, failed.Code, failed.IdempotencyKey != "", failed.Message)
		} else if errors.As(err, &denied) {
			outcome = "denied " + denied.Denial.Code
		} else {
			must(err)
		}
		outcomes = append(outcomes, outcome)
	}
	result, err := json.Marshal(outcomes)
	must(err)
	fmt.Println(string(result))
}

// Uses every function of the client once, and prints the results as JSON. Argument: the file with the wire vectors.
func main() {
	if os.Args[1] == "calls" {
		client := NewClient(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_KEY"))
		client.HTTP.Timeout = time.Second
		calls(client)
		return
	}
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
	checked, err := client.CheckEntitlement(CheckEntitlementRequest{AccountID: &account, Feature: feature, Amount: Ptr(int64(100))})
	must(err)
	run := ConsumeRequest{AccountID: account, Feature: feature, Amount: Ptr(int64(30)), IdempotencyKey: "go-1"}
	first, err := client.Consume(run)
	must(err)
	second, err := client.Consume(run)
	must(err)
	held, err := client.Reserve(ReserveRequest{AccountID: account, Feature: feature, Amount: Ptr(int64(10))})
	must(err)
	committed, err := client.CommitReservation(CommitReservationRequest{ReservationID: held.ID, Amount: Ptr(int64(4))})
	must(err)
	_, err = client.Consume(ConsumeRequest{AccountID: account, Feature: feature, Amount: Ptr(int64(90))})
	var denied *DenialError
	if !errors.As(err, &denied) {
		panic("not denied")
	}
	recorded := [][]int64{}
	for range 2 {
		event := UsageEventInput{AccountID: account, Feature: feature, Amount: Ptr(int64(5)), Key: "go-usage-1"}
		usage, err := client.RecordUsage([]UsageEventInput{event})
		must(err)
		recorded = append(recorded, []int64{usage.AcceptedCount, usage.DuplicateCount})
	}
	_, err = client.CheckEntitlement(CheckEntitlementRequest{AccountID: Ptr("acc_none"), Feature: feature})
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
		"committed":  []int64{committed.Amount, committed.Entitlement.Used},
		"denied":     denied.Denial.Code,
		"remedies":   len(denied.Denial.Remedies) > 0,
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
