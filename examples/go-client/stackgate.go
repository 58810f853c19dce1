// A client of Stackgate for services, with the standard library alone. Copy it together with `operations.go`.
//
// Requests to the operations that are generated in `operations.go`, verification of signed webhooks, and the signatures of
// agents (docs/agent-protocol.md).
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is a request that did not succeed.
type Error struct {
	// Status is 0 without a response.
	Status  int
	Code    string
	Message string
	// RetryAfter is the time after which the server accepts the request again.
	RetryAfter time.Duration
	// IdempotencyKey is that of the call. The call can have been executed: repeat it with this key, which has no second effect.
	IdempotencyKey string
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// DenialError is an expected refusal, with the steps that lift it.
type DenialError struct {
	Status int
	Denial Denial
}

func (e *DenialError) Error() string { return e.Denial.Code + ": " + e.Denial.Message }

// Client has a service key of the scope `entitlements:write`.
type Client struct {
	URL, Key string
	Retries  int
	HTTP     http.Client
}

// maxWait is the longest time that a server can ask for between two attempts. A longer one is returned as an error.
const maxWait = 2 * time.Second

// NewClient makes a client with two repetitions and a timeout of five seconds.
func NewClient(url, key string) *Client {
	return &Client{strings.TrimRight(url, "/"), key, 2, http.Client{Timeout: 5 * time.Second}}
}

// NewKey makes an idempotency key.
func NewKey() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		panic(err)
	}
	return hex.EncodeToString(bytes)
}

// Ptr returns a pointer to a value, for members of requests that can be left out.
func Ptr[Value any](value Value) *Value { return &value }

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// mutate executes a mutation of GraphQL.
func (c *Client) mutate(document, field string, variables map[string]any, result any) error {
	var response struct {
		Data   map[string]json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	var body json.RawMessage
	request := map[string]any{"query": document, "variables": variables}
	if err := c.post("/graphql", "", request, &body); err != nil {
		return err
	}
	isResponse := json.Unmarshal(body, &response) == nil
	if isResponse && len(response.Errors) > 0 && response.Errors[0].Extensions.Code != "" {
		return &Error{Status: 200, Code: response.Errors[0].Extensions.Code, Message: response.Errors[0].Message}
	}
	if !isResponse || response.Data[field] == nil {
		return unexpected(200, body, "")
	}
	var payload struct{ Denial *Denial }
	if json.Unmarshal(response.Data[field], &payload) == nil && payload.Denial != nil {
		return &DenialError{200, *payload.Denial}
	}
	return readResult(response.Data[field], "", result)
}

// post sends a body, and repeats it with the same key after temporary failures.
func (c *Client) post(path, account string, body, result any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		isTemporary, err := c.send(path, account, text, result)
		if err == nil || !isTemporary || attempt == c.Retries {
			return err
		}
		wait := 100 * time.Millisecond << attempt
		if failed, ok := err.(*Error); ok {
			if failed.RetryAfter > maxWait {
				return err
			}
			wait += failed.RetryAfter
		}
		time.Sleep(wait)
	}
}

// withKey adds the key of the call to its error.
func withKey(err error, key string) error {
	if failed, ok := err.(*Error); ok {
		failed.IdempotencyKey = key
	}
	return err
}

// codes are those of statuses that proxies respond with.
var codes = map[int]string{429: "RATE_LIMITED", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE"}

// send sends a body once. It returns whether a repetition can succeed.
func (c *Client) send(path, account string, body []byte, result any) (bool, error) {
	request, err := http.NewRequest("POST", c.URL+path, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Bearer "+c.Key)
	request.Header.Set("Content-Type", "application/json")
	if account != "" {
		request.Header.Set("X-Stackgate-Account", account)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return true, &Error{Code: "NETWORK", Message: err.Error()}
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return true, &Error{Code: "NETWORK", Message: err.Error()}
	}
	if response.StatusCode == 200 {
		return false, readResult(data, response.Header.Get("Content-Type"), result)
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	var denial Denial
	if json.Unmarshal(data, &denial) != nil || denial.Code == "" {
		other := unexpected(response.StatusCode, data, response.Header.Get("Content-Type"))
		denial = Denial{Code: other.Code, Message: other.Message}
	} else if response.StatusCode == 402 || response.StatusCode == 409 || response.StatusCode == 429 {
		return false, &DenialError{response.StatusCode, denial}
	}
	return response.StatusCode >= 500, &Error{
		Status: response.StatusCode, Code: denial.Code, Message: denial.Message, RetryAfter: time.Duration(seconds) * time.Second,
	}
}

// readResult reads a result that has all members that its type requires.
func readResult(data []byte, contentType string, result any) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil || json.Unmarshal(data, result) != nil {
		return unexpected(200, data, contentType)
	}
	kind := reflect.TypeOf(result).Elem()
	for at := 0; kind.Kind() == reflect.Struct && at < kind.NumField(); at++ {
		name, isOptional := strings.CutSuffix(kind.Field(at).Tag.Get("json"), ",omitempty")
		if _, isPresent := members[name]; name != "" && !isOptional && !isPresent {
			return unexpected(200, data, contentType)
		}
	}
	return nil
}

// maxNames is the number of members of another service's response that an error names.
const maxNames = 5

// unexpected is the error of a response that is not one of Stackgate. It names what arrived.
func unexpected(status int, data []byte, contentType string) *Error {
	code, isKnown := codes[status]
	if !isKnown {
		code = "BAD_RESPONSE"
	}
	var members map[string]json.RawMessage
	found := "an empty JSON object"
	if !json.Valid(data) {
		name, _, _ := strings.Cut(contentType, ";")
		found = "a body of the type " + name
		if name == "" {
			found += "unknown"
		}
	} else if json.Unmarshal(data, &members) != nil || members == nil {
		found = "JSON that is not an object"
	} else if len(members) > 0 {
		names := []string{}
		for name := range members {
			names = append(names, fmt.Sprintf("'%.40s'", name))
		}
		slices.Sort(names)
		found = "JSON with the members " + strings.Join(names[:min(len(names), maxNames)], ", ")
	}
	message := fmt.Sprintf("The response with status %d has %s instead of a result of Stackgate.", status, found)
	return &Error{Status: status, Code: code, Message: message}
}

func sign(key []byte, text []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Event is the event of a webhook.
type Event struct {
	ID        string                     `json:"-"`
	Type      string                     `json:"type"`
	Timestamp time.Time                  `json:"timestamp"`
	Data      map[string]json.RawMessage `json:"data"`
}

// WebhookError is a request that is no webhook of Stackgate. Its text is the reason: headers, timestamp, signature or body.
type WebhookError string

func (e WebhookError) Error() string { return string(e) }

// VerifyWebhook returns the event of a signed webhook. The body is that which was received.
func VerifyWebhook(body []byte, header http.Header, secrets []string, now time.Time) (*Event, error) {
	id, sent := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if err != nil || id == "" || header.Get("webhook-signature") == "" {
		return nil, WebhookError("headers")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > 5*time.Minute || age < -5*time.Minute {
		return nil, WebhookError("timestamp")
	}
	isSigned := false
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return nil, err
		}
		expected := "v1," + sign(key, append([]byte(fmt.Sprintf("%s.%d.", id, seconds)), body...))
		for _, signature := range strings.Split(header.Get("webhook-signature"), " ") {
			isSigned = isSigned || hmac.Equal([]byte(signature), []byte(expected))
		}
	}
	if !isSigned {
		return nil, WebhookError("signature")
	}
	event := Event{ID: id}
	if json.Unmarshal(body, &event) != nil || event.Type == "" {
		return nil, WebhookError("body")
	}
	return &event, nil
}

// AgentSignatures returns the headers X-Agent-Signature and X-Agent-Signature-V2 of a request of an agent.
func AgentSignatures(token, method, path, timestamp, requestID string, body []byte) (plain, full string) {
	hash := sha256.Sum256(body)
	lines := []string{"v2", method, path, timestamp, requestID, hex.EncodeToString(hash[:])}
	return sign([]byte(token), body), sign([]byte(token), []byte(strings.Join(lines, "\n")))
}
