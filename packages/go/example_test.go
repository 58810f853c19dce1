package stackgate_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"stackgate.example/stackgate"
)

func ExampleClient_Consume() {
	ctx := context.Background()
	client, err := stackgate.New(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_SECRET_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	use := stackgate.ConsumeRequest{AccountID: "person:ann@example.com", Feature: "ai_stories"}
	if _, denial, err := client.Consume(ctx, use); err != nil {
		log.Fatal(err)
	} else if denial != nil {
		fmt.Println(denial.Message, denial.Remedies)
	}
}

func ExampleClient_StartSubscription() {
	ctx := context.Background()
	client, err := stackgate.New(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_SECRET_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	sale := stackgate.StartSubscriptionRequest{AccountID: "customer:42", Plan: "professional", Provider: "stripe", UserEmail: "ann@example.com"}
	started, err := client.StartSubscription(ctx, sale)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*started.URL)
}

func ExampleWebhook_Handler() {
	webhook, err := stackgate.NewWebhook(os.Getenv("STACKGATE_WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("POST /webhooks/stackgate", webhook.Handler(func(ctx context.Context, event *stackgate.Event) error {
		fmt.Println(event.ID, event.Type, string(event.Data))
		return nil
	}))
}

// A call whose outcome is unknown is repeated with its key.
func ExampleError() {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.WriteHeader(http.StatusBadGateway)
	}))
	defer server.Close()
	client, err := stackgate.New(server.URL, "sk_test_…", stackgate.WithRetries(0))
	if err != nil {
		log.Fatal(err)
	}
	use := stackgate.ConsumeRequest{AccountID: "person:ann@example.com", Feature: "ai_stories", IdempotencyKey: "job-4711"}
	_, _, err = client.Consume(context.Background(), use)
	var failed *stackgate.Error
	if errors.As(err, &failed) && failed.Temporary() {
		fmt.Println(failed.Code, failed.Key)
	}
	// Output: UNAVAILABLE job-4711
}

// A check before an export. Nothing is used.
func ExampleClient_Check() {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(response, `{"allowed":false,"entitlement":null,"explain":[],
			"denial":{"error":"Denied","code":"FEATURE_NOT_INCLUDED","message":"Exports are in the plan Plus."}}`)
	}))
	defer server.Close()
	client, err := stackgate.New(server.URL, "sk_test_…")
	if err != nil {
		log.Fatal(err)
	}
	checked, err := client.Check(context.Background(), stackgate.CheckRequest{AccountID: "person:ann@example.com", Feature: "exports"})
	if err != nil {
		log.Fatal(err)
	}
	if !checked.Allowed {
		fmt.Println(checked.Denial.Message)
	}
	// Output: Exports are in the plan Plus.
}
