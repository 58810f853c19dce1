// A client of Stackgate for services, with the standard library alone. Copy it.
//
// Checks and usage over REST (docs/rest-api.md), recorded usage over GraphQL, verification of signed webhooks, and the
// signatures of agents (docs/agent-protocol.md).
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
	"strconv"
	"strings"
	"time"
)

// Error is a request that neither succeeded nor was denied.
type Error struct {
	Status  int
	Code    string
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// Denial is an expected refusal, with the steps that lift it.
type Denial struct {
	Code     string            `json:"code"`
	Message  string            `json:"message"`
	Remedies []json.RawMessage `json:"remedies"`
}

// Entitlement is the permission and the amount of a feature.
type Entitlement struct {
	Feature   string     `json:"feature"`
	Kind      string     `json:"kind"`
	Limit     *int64     `json:"limit"`
	Used      int64      `json:"used"`
	Remaining *int64     `json:"remaining"`
	ResetsAt  *time.Time `json:"resets_at"`
	Version   int64      `json:"version"`
}

// Check is the result of a check.
type Check struct {
	Allowed     bool         `json:"allowed"`
	Entitlement *Entitlement `json:"entitlement"`
	Denial      *Denial      `json:"denial"`
}

// Consumption is what was consumed.
type Consumption struct {
	ID          string      `json:"id"`
	Amount      int64       `json:"amount"`
	At          time.Time   `json:"at"`
	Entitlement Entitlement `json:"entitlement"`
}

// UsageEvent is usage that was counted elsewhere.
type UsageEvent struct {
	AccountID      string `json:"accountId"`
	Feature        string `json:"feature"`
	Amount         int64  `json:"amount"`
	IdempotencyKey string `json:"idempotencyKey"`
}

// RecordedUsage is the outcome of RecordUsage.
type RecordedUsage struct {
	Accepted   int `json:"accepted"`
	Duplicates int `json:"duplicates"`
	Rejected   []struct {
		Index         int
		Code, Message string
	} `json:"rejected"`
}

// Client has a service key of the scope `entitlements:write`.
type Client struct {
	URL, Key string
	Retries  int
	HTTP     http.Client
}

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

// Check returns whether an account can use a feature now.
func (c *Client) Check(account, feature string, amount int64) (*Check, error) {
	var check Check
	body := map[string]any{"account_id": account, "feature": feature, "amount": amount}
	_, err := c.send("/api/v1/entitlements/check", account, body, &check)
	return &check, err
}

// Consume uses units. The denial is set for 402 and 429.
func (c *Client) Consume(account, feature string, amount int64, key string) (*Consumption, *Denial, error) {
	var done Consumption
	body := map[string]any{"account_id": account, "feature": feature, "amount": amount, "idempotency_key": key}
	denial, err := c.send("/api/v1/entitlements/consume", account, body, &done)
	return &done, denial, err
}

// RecordUsage records at most 1,000 events. Each counts once by its key.
func (c *Client) RecordUsage(events []UsageEvent) (*RecordedUsage, error) {
	const query = `mutation RecordUsage($input: RecordUsageInput!) { recordUsage(input: $input) {
		... on RecordUsagePayload { accepted duplicates rejected { index code message } } ... on Denial { code message } } }`
	var answer struct {
		Data struct {
			RecordUsage struct {
				RecordedUsage
				Denial
			}
		}
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	body := map[string]any{"query": query, "variables": map[string]any{"input": map[string]any{"events": events}}}
	if _, err := c.send("/graphql", "", body, &answer); err != nil {
		return nil, err
	}
	if len(answer.Errors) > 0 {
		return nil, &Error{200, answer.Errors[0].Extensions.Code, answer.Errors[0].Message}
	}
	result := answer.Data.RecordUsage
	if result.Code != "" {
		return nil, &Error{200, result.Code, result.Message}
	}
	return &result.RecordedUsage, nil
}

// send posts a body, and repeats it with the same key after temporary failures.
func (c *Client) send(path, account string, body, result any) (*Denial, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var failure error
	for attempt := 0; attempt <= c.Retries; attempt++ {
		if attempt > 0 {
			time.Sleep(100 * time.Millisecond << (attempt - 1))
		}
		request, err := http.NewRequest("POST", c.URL+path, bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+c.Key)
		request.Header.Set("Content-Type", "application/json")
		if account != "" {
			request.Header.Set("X-Stackgate-Account", account)
		}
		response, err := c.HTTP.Do(request)
		if err != nil {
			failure = &Error{0, "NETWORK", err.Error()}
			continue
		}
		data, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			failure = &Error{0, "NETWORK", err.Error()}
			continue
		}
		if response.StatusCode == 200 {
			return nil, json.Unmarshal(data, result)
		}
		var denial Denial
		if json.Unmarshal(data, &denial) != nil || denial.Code == "" {
			denial = Denial{Code: "BAD_RESPONSE", Message: "The response is not one of Stackgate."}
		} else if response.StatusCode == 402 || response.StatusCode == 429 {
			return &denial, nil
		}
		failure = &Error{response.StatusCode, denial.Code, denial.Message}
		if response.StatusCode < 500 {
			break
		}
	}
	return nil, failure
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
