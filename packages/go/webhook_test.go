package stackgate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

type webhookVector struct {
	Body     string
	Headers  map[string]string
	Secrets  []string
	Now      int64
	Expected string
}

func (v webhookVector) header() http.Header {
	header := http.Header{}
	for name, value := range v.Headers {
		header.Set(name, value)
	}
	return header
}

func (v webhookVector) webhook(t *testing.T) *Webhook {
	t.Helper()
	webhook, err := NewWebhook(v.Secrets...)
	if err != nil {
		t.Fatal(err)
	}
	webhook.now = func() time.Time { return time.Unix(v.Now, 0) }
	return webhook
}

// vectors have signatures that the code of the server computes.
func vectors(t *testing.T) (read struct {
	Agent []struct {
		Token, Method, Path, Timestamp, RequestID, Body string
		Expected                                        map[string]string
	}
	Webhooks []webhookVector
}) {
	t.Helper()
	text, err := os.ReadFile("../../examples/wire-vectors.json")
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil || len(read.Agent) == 0 || len(read.Webhooks) == 0 {
		t.Fatal("no vectors", err)
	}
	return read
}

func TestVerifyDecidesAsTheServerSigns(t *testing.T) {
	for at, vector := range vectors(t).Webhooks {
		event, err := vector.webhook(t).Verify([]byte(vector.Body), vector.header())
		found := ""
		if rejected, ok := errors.AsType[*WebhookError](err); ok {
			found = string(rejected.Reason)
		} else if err == nil {
			found = event.Type
		}
		if found != vector.Expected {
			t.Errorf("vector %d: %q instead of %q", at, found, vector.Expected)
		}
	}
}

func TestVerifyReturnsTheEvent(t *testing.T) {
	vector := vectors(t).Webhooks[0]
	event, err := vector.webhook(t).Verify([]byte(vector.Body), vector.header())
	if err != nil {
		t.Fatal(err)
	}
	var data struct{ Feature string }
	if event.ID != "evt_1" || event.Timestamp.Year() != 2026 || event.Decode(&data) != nil || data.Feature != "größe ✓" {
		t.Error(event, data)
	}
}

func TestToleranceLimitsTheAge(t *testing.T) {
	vector := vectors(t).Webhooks[0]
	vector.Now += 60
	webhook := vector.webhook(t)
	webhook.Tolerance = 59 * time.Second
	_, err := webhook.Verify([]byte(vector.Body), vector.header())
	if rejected, ok := errors.AsType[*WebhookError](err); !ok || rejected.Reason != BadTimestamp {
		t.Error(err)
	}
	webhook.Tolerance = 60 * time.Second
	if _, err = webhook.Verify([]byte(vector.Body), vector.header()); err != nil {
		t.Error(err)
	}
}

func TestVerifyRejectsSignedBodiesThatAreNoEvents(t *testing.T) {
	vector := vectors(t).Webhooks[0]
	webhook := vector.webhook(t)
	for _, body := range []string{
		`{}`, `null`, `text`, `{"type":"a.b","timestamp":"2026-01-15T10:00:00Z","data":[]}`,
		`{"type":"a.b","timestamp":"2026-01-15T10:00:00Z","data":null}`, `{"type":"a.b","timestamp":"now","data":{}}`,
		`{"type":"","timestamp":"2026-01-15T10:00:00Z","data":{}}`, `{"type":"a.b","data":{}}`,
	} {
		header := vector.header()
		text := "evt_1." + header.Get("Webhook-Timestamp") + "." + body
		header.Set("Webhook-Signature", "v1a,x v1,"+sign(webhook.keys[0], []byte(text)))
		_, err := webhook.Verify([]byte(body), header)
		if rejected, ok := errors.AsType[*WebhookError](err); !ok || rejected.Reason != BadBody {
			t.Error(body, err)
		}
	}
}

func TestNewWebhookRefusesWrongSecrets(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {"whsec_"}, {"whsec_%"}, {"whsec_YQ==", "whsec_!"}} {
		_, err := NewWebhook(secrets...)
		failure(t, err, "CONFIGURATION")
	}
}

func TestHandlerResponds(t *testing.T) {
	vector := vectors(t).Webhooks[0]
	handled := 0
	var failing error
	handler := vector.webhook(t).Handler(func(_ context.Context, event *Event) error {
		handled++
		if event.Type != "usage.warning" {
			t.Error(event)
		}
		return failing
	})
	send := func(method string, body []byte) (int, string) {
		request := httptest.NewRequest(method, "/webhooks", bytes.NewReader(body))
		request.Header = vector.header()
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		return response.Code, strings.TrimSpace(response.Body.String())
	}
	for _, test := range []struct {
		name            string
		method          string
		body            []byte
		err             error
		status, handled int
		text            string
	}{
		{"webhook", "POST", []byte(vector.Body), nil, 204, 1, ""},
		{"failure of the application", "POST", []byte(vector.Body), errors.New("database"), 500, 2, "The event was not handled."},
		{"altered body", "POST", []byte(vector.Body + " "), nil, 400, 2, errSignature.Error()},
		{"large body", "POST", make([]byte, maxWebhookBytes+1), nil, 400, 2, errTooLarge.Error()},
		{"other method", "GET", nil, nil, 405, 2, "Send webhooks with POST."},
	} {
		failing = test.err
		if status, text := send(test.method, test.body); status != test.status || text != test.text || handled != test.handled {
			t.Errorf("%s: status %d, %q, %d handled", test.name, status, text, handled)
		}
	}
}

func TestAgentSignaturesAreThoseOfTheServer(t *testing.T) {
	for _, v := range vectors(t).Agent {
		plain, full := AgentSignatures(v.Token, v.Method, v.Path, v.Timestamp, v.RequestID, []byte(v.Body))
		if plain != v.Expected["X-Agent-Signature"] || full != v.Expected["X-Agent-Signature-V2"] {
			t.Error(v.RequestID, plain, full)
		}
	}
}
