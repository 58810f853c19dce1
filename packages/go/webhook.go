package stackgate

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Event is the event of a webhook. The types and their data are listed on the page "Events" of Stackgate.
type Event struct {
	// ID is the same for each delivery of the same event. Store it to handle an event once.
	ID string
	// Type is for example `usage.warning`. A newer server can send others: ignore them.
	Type string
	// Timestamp is the time of the event, by the business clock of the server.
	Timestamp time.Time
	// Data is a JSON object.
	Data json.RawMessage
}

// Decode reads the data of an event into a struct or a map.
func (e *Event) Decode(target any) error { return json.Unmarshal(e.Data, target) }

// WebhookReason is the cause of the rejection of a webhook.
type WebhookReason string

// The causes of rejections.
const (
	// BadHeaders means that a header of Standard Webhooks is missing or malformed.
	BadHeaders WebhookReason = "headers"
	// BadTimestamp means that the webhook is too old, or that the clock of this machine is wrong.
	BadTimestamp WebhookReason = "timestamp"
	// BadSignature means that no secret signed this body.
	BadSignature WebhookReason = "signature"
	// BadBody means that the body is signed, but is no event or too large.
	BadBody WebhookReason = "body"
)

// WebhookError is a request that is not a webhook of Stackgate. Respond with 400.
type WebhookError struct {
	Reason  WebhookReason
	Message string
}

// Error has the reason and the message.
func (e *WebhookError) Error() string {
	return fmt.Sprintf("stackgate: webhook: %s: %s", e.Reason, e.Message)
}

var (
	errHeaders = &WebhookError{
		BadHeaders, "The headers webhook-id, webhook-timestamp and webhook-signature are required.",
	}
	errTimestamp = &WebhookError{
		BadTimestamp, "The webhook was sent too long ago, or the clock of this machine is wrong.",
	}
	errSignature = &WebhookError{
		BadSignature, "No secret signed this body. Pass the unchanged body, and the secret of this endpoint.",
	}
	errNoEvent  = &WebhookError{BadBody, "The body is not an event: it must have type, timestamp and data."}
	errTooLarge = &WebhookError{BadBody, "The body is larger than 1 MiB."}
)

// Webhook verifies the webhooks of an endpoint. Several goroutines can use it at the same time.
type Webhook struct {
	// Tolerance is the largest difference between the time of a webhook and the clock of this machine. Default: 5 minutes.
	Tolerance time.Duration
	keys      [][]byte
	now       func() time.Time
}

// NewWebhook makes a verifier with the secret of an endpoint (`whsec_…`), or with several while a new one replaces it.
func NewWebhook(secrets ...string) (*Webhook, error) {
	if len(secrets) == 0 {
		return nil, misuse("The secret of the webhook endpoint is missing.", nil)
	}
	w := &Webhook{Tolerance: 5 * time.Minute, now: time.Now}
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) == 0 {
			return nil, misuse("The secret of a webhook endpoint begins with whsec_ and is base64.", err)
		}
		w.keys = append(w.keys, key)
	}
	return w, nil
}

// Verify returns the event of a signed webhook. The body is the received one: JSON that was parsed and written again has another
// signature. The error is a [*WebhookError].
func (w *Webhook) Verify(body []byte, header http.Header) (*Event, error) {
	id, signatures := header.Get("Webhook-Id"), header.Get("Webhook-Signature")
	seconds, err := strconv.ParseInt(header.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || id == "" || signatures == "" {
		return nil, errHeaders
	}
	if age := w.now().Sub(time.Unix(seconds, 0)); age > w.Tolerance || age < -w.Tolerance {
		return nil, errTimestamp
	}
	if !w.isSigned(fmt.Appendf(nil, "%s.%d.%s", id, seconds, body), strings.Fields(signatures)) {
		return nil, errSignature
	}
	var event struct {
		Type      string
		Timestamp time.Time
		Data      json.RawMessage
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &event) != nil || event.Type == "" || event.Timestamp.IsZero() ||
		json.Unmarshal(event.Data, &members) != nil || members == nil {
		return nil, errNoEvent
	}
	return &Event{ID: id, Type: event.Type, Timestamp: event.Timestamp, Data: event.Data}, nil
}

func (w *Webhook) isSigned(text []byte, signatures []string) bool {
	for _, key := range w.keys {
		expected := []byte("v1," + sign(key, text))
		for _, signature := range signatures {
			if hmac.Equal([]byte(signature), expected) {
				return true
			}
		}
	}
	return false
}

const maxWebhookBytes = 1 << 20

// Handler verifies each request and passes its event on. It responds with 204, with 400 to a request that is no webhook, and with 500
// if handle returns an error: Stackgate then delivers the event again. Deliveries repeat, so that handle must ignore the
// ID of an event that it has handled.
func (w *Webhook) Handler(handle func(context.Context, *Event) error) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodPost {
			response.Header().Set("Allow", http.MethodPost)
			http.Error(response, "Send webhooks with POST.", http.StatusMethodNotAllowed)
			return
		}
		event, err := w.read(response, request)
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		if err := handle(request.Context(), event); err != nil {
			http.Error(response, "The event was not handled.", http.StatusInternalServerError)
			return
		}
		response.WriteHeader(http.StatusNoContent)
	})
}

func (w *Webhook) read(response http.ResponseWriter, request *http.Request) (*Event, error) {
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, maxWebhookBytes))
	if _, isTooLarge := errors.AsType[*http.MaxBytesError](err); isTooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, &WebhookError{BadBody, "The body is incomplete."}
	}
	return w.Verify(body, request.Header)
}

func sign(key []byte, text []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
