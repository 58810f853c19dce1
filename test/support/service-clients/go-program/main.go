// Calls a server with the package of packages/go, and prints the outcomes as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"stackgate.example/stackgate"
)

var ctx = context.Background()

func main() {
	client, err := stackgate.New(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_SECRET_KEY"), stackgate.WithTimeout(time.Second))
	must(err)
	account, feature := os.Getenv("STACKGATE_ACCOUNT"), "attribution_runs"
	var result any
	if os.Args[1] == "calls" {
		count, err := strconv.Atoi(os.Args[2])
		must(err)
		result = calls(client, count, account, feature)
	} else {
		result = operations(client, account, feature)
	}
	text, err := json.Marshal(result)
	must(err)
	fmt.Println(string(text))
}

// calls consumes a unit as often as count says, records usage once, and returns the outcomes.
func calls(client *stackgate.Client, count int, account, feature string) []string {
	outcomes := []string{}
	for range count {
		_, denial, err := client.Consume(ctx, stackgate.ConsumeRequest{AccountID: account, Feature: feature})
		outcomes = append(outcomes, outcomeOf(denial, err))
	}
	_, denial, err := client.Track(ctx, stackgate.UsageEvent{AccountID: account, Feature: feature, Key: "go-hostile-1"})
	return append(outcomes, outcomeOf(denial, err))
}

func outcomeOf(denial *stackgate.Denial, err error) string {
	if failed, ok := errors.AsType[*stackgate.Error](err); ok {
		return fmt.Sprintf("%d %s %t: %s", failed.Status, failed.Code, failed.Key != "", failed.Message)
	}
	must(err)
	if denial != nil {
		return "denied " + denial.Code
	}
	return "done"
}

// operations uses every operation of a service once.
func operations(client *stackgate.Client, account, feature string) map[string]any {
	checked, err := client.Check(ctx, stackgate.CheckRequest{AccountID: account, Feature: feature, Amount: new(int64(100))})
	must(err)
	run := stackgate.ConsumeRequest{AccountID: account, Feature: feature, Amount: new(int64(30)), IdempotencyKey: "go-1"}
	first, _, err := client.Consume(ctx, run)
	must(err)
	second, _, err := client.Consume(ctx, run)
	must(err)
	hold := stackgate.ReserveRequest{AccountID: account, Feature: feature, Amount: new(int64(10))}
	held, _, err := client.Reserve(ctx, hold)
	must(err)
	committed, _, err := client.Commit(ctx, stackgate.CommitRequest{ReservationID: held.ID, Amount: new(int64(4))})
	must(err)
	held, _, err = client.Reserve(ctx, hold)
	must(err)
	released, err := client.Release(ctx, stackgate.ReleaseRequest{ReservationID: held.ID})
	must(err)
	_, denial, err := client.Consume(ctx, stackgate.ConsumeRequest{AccountID: account, Feature: feature, Amount: new(int64(90))})
	must(err)
	recorded := [][]int64{}
	for range 2 {
		event := stackgate.UsageEvent{AccountID: account, Feature: feature, Amount: new(int64(5)), Key: "go-usage-1"}
		usage, _, err := client.Track(ctx, event)
		must(err)
		recorded = append(recorded, []int64{usage.AcceptedCount, usage.DuplicateCount})
	}
	listed, err := client.Entitlements(ctx, account, feature)
	must(err)
	rechecked, err := client.Check(ctx, stackgate.CheckRequest{AccountID: account, Feature: feature})
	must(err)
	_, err = client.Check(ctx, stackgate.CheckRequest{AccountID: "acc_none", Feature: feature})
	missing := "found"
	if failed, ok := errors.AsType[*stackgate.Error](err); ok {
		missing = fmt.Sprintf("%d %s", failed.Status, failed.Code)
	}
	_, err = client.Entitlements(ctx, "acc_none")
	missingAccount := "found"
	if failed, ok := errors.AsType[*stackgate.Error](err); ok {
		missingAccount = failed.Code
	}
	return map[string]any{
		"allowed":        checked.Allowed,
		"consumed":       []int64{first.Entitlement.Used, second.Entitlement.Used},
		"sameId":         first.ID == second.ID,
		"committed":      []int64{committed.Amount, committed.Entitlement.Used},
		"released":       []any{released.Status, released.Entitlement.Used},
		"denied":         denial.Code,
		"remedies":       len(denial.Remedies) > 0,
		"requested":      denial.Quantity.Requested.Units,
		"recorded":       recorded,
		"entitlements":   listed,
		"entitlement":    rechecked.Entitlement,
		"missing":        missing,
		"missingAccount": missingAccount,
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
