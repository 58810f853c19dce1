import type { AddedFiles, Feature } from './added-files.js'
import type { Application } from './application.js'

const ROUTES = (name: string): string => `\
package ${name}

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"sync"

	"stackgate.example/stackgate"
)

// customerOf is your sign-in: the customer of a request, by your own ID. An empty text is a visitor, whom a gate refuses with 401.
func customerOf(r *http.Request) string { return "" }

// onEvent is your reaction to an event. Deliveries repeat: store event.ID, and handle each event once.
func onEvent(ctx context.Context, event *stackgate.Event) error {
	log.Println("stackgate", event.ID, event.Type)
	return nil
}

var stackgateClient = sync.OnceValues(func() (*stackgate.Client, error) {
	return stackgate.New(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_SECRET_KEY"))
})

// requires lets customers with a feature pass. Others receive 402 with what would give it to them.
func requires(feature string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := decide(r, feature)
		if status == http.StatusOK {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	})
}

func decide(r *http.Request, feature string) (int, any) {
	account, err := stackgate.Customer(customerOf(r))
	if err != nil {
		return http.StatusUnauthorized, map[string]string{"code": "UNAUTHENTICATED", "message": "Sign in first."}
	}
	client, err := stackgateClient()
	if err != nil {
		log.Println(err)
		return http.StatusInternalServerError, map[string]string{"code": "INTERNAL"}
	}
	check, err := client.Check(r.Context(), stackgate.CheckRequest{AccountID: account, Feature: feature})
	switch {
	case err != nil || !check.Allowed && check.Denial == nil:
		log.Println("stackgate", err)
		return http.StatusServiceUnavailable, map[string]string{"code": "UNAVAILABLE"}
	case check.Allowed:
		return http.StatusOK, nil
	case check.Denial.RetryAfter > 0:
		return http.StatusTooManyRequests, check.Denial
	default:
		return http.StatusPaymentRequired, check.Denial
	}
}

// stackgateRoutes receives the webhooks.
func stackgateRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /webhooks/stackgate", func(w http.ResponseWriter, r *http.Request) {
		webhook, err := stackgate.NewWebhook(os.Getenv("STACKGATE_WEBHOOK_SECRET"))
		if err != nil {
			log.Println(err)
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		webhook.Handler(onEvent).ServeHTTP(w, r)
	})
}
`

const TEST = (name: string, feature: string): string => `\
package ${name}

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stackgate.example/stackgate"
)

func TestStackgateDecidesForACustomer(t *testing.T) {
	client, err := stackgateClient()
	if err != nil {
		t.Fatal(err)
	}
	request := stackgate.CheckRequest{AccountID: "customer:stackgate-test", Feature: "${feature}"}
	if _, err := client.Check(t.Context(), request); err != nil {
		t.Fatal(err)
	}
}

func TestStackgateGateRefusesAVisitor(t *testing.T) {
	response := httptest.NewRecorder()
	gate := requires("${feature}", http.NotFoundHandler())
	gate.ServeHTTP(response, httptest.NewRequest("GET", "/", nil))
	if response.Code != http.StatusUnauthorized {
		t.Fatal(response.Code)
	}
}

func TestStackgateWebhook(t *testing.T) {
	secret := []byte("a secret of this test")
	t.Setenv("STACKGATE_WEBHOOK_SECRET", "whsec_"+base64.StdEncoding.EncodeToString(secret))
	mux := http.NewServeMux()
	stackgateRoutes(mux)
	body := fmt.Sprintf(\`{"type":"usage.warning","timestamp":%q,"data":{}}\`, time.Now().UTC().Format(time.RFC3339))
	at := fmt.Sprint(time.Now().Unix())
	digest := hmac.New(sha256.New, secret)
	digest.Write([]byte("evt_1." + at + "." + body))
	signature := "v1," + base64.StdEncoding.EncodeToString(digest.Sum(nil))
	for id, want := range map[string]int{"evt_1": 204, "evt_2": 400, "": 400} {
		request := httptest.NewRequest("POST", "/webhooks/stackgate", strings.NewReader(body))
		request.Header.Set("Webhook-Id", id)
		request.Header.Set("Webhook-Timestamp", at)
		request.Header.Set("Webhook-Signature", signature)
		response := httptest.NewRecorder()
		mux.ServeHTTP(response, request)
		if response.Code != want {
			t.Errorf("%q: %d", id, response.Code)
		}
	}
}
`

/** The files of a program in Go. */
export const goFiles = ({ name }: Application, { code: feature }: Feature): AddedFiles => ({
  comment: '//',
  files: [
    { path: 'stackgate.go', text: ROUTES(name) },
    { path: 'stackgate_test.go', text: TEST(name, feature) },
  ],
  env: '.env',
  install:
    'go mod edit -require=stackgate.example/stackgate@v0.0.0 -replace=stackgate.example/stackgate=FOLDER/packages/go',
  lines: ['stackgateRoutes(mux)', `mux.Handle("GET /…", requires("${feature}", …))`],
  test: 'set -a; . ./.env; set +a; go test ./...',
})
