// Package stackgate checks and consumes entitlements of a Stackgate installation, records usage, and verifies webhooks. It needs
// the standard library alone.
//
// Each method sends a request again after temporary failures, under one idempotency key, so that units are used once. A refusal
// that a purchase can lift is a [Denial], and no error. All other failures are an [*Error].
package stackgate

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client sends requests with a service key. Several goroutines can use it at the same time.
type Client struct {
	base, key string
	http      http.Client
	timeout   time.Duration
	retries   int
	clock     clock
}

// Option is a setting of [New].
type Option func(*Client)

// WithHTTPClient sends requests with another client, for example one with a proxy. Redirects are not followed.
func WithHTTPClient(client *http.Client) Option {
	return func(c *Client) { c.http = *client }
}

// WithTimeout limits the time of one attempt. Default: 5 seconds. The deadline of a context limits all attempts of a call.
func WithTimeout(timeout time.Duration) Option {
	return func(c *Client) { c.timeout = timeout }
}

// WithRetries sets the number of repetitions after temporary failures. Default: 2.
func WithRetries(retries int) Option {
	return func(c *Client) { c.retries = retries }
}

// New makes a client for the address of an installation, or that of its GraphQL endpoint. The key is a service key with the scope
// `entitlements:write`.
func New(address, key string, options ...Option) (*Client, error) {
	base, err := baseOf(address)
	if err != nil {
		return nil, err
	}
	if key == "" {
		return nil, misuse("The service key is missing.", nil)
	}
	c := &Client{base: base, key: key, timeout: 5 * time.Second, retries: 2, clock: systemClock}
	for _, option := range options {
		option(c)
	}
	// A redirect would send the key to another address.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

func baseOf(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return "", misuse(fmt.Sprintf("The address must be the absolute http address of Stackgate, not '%.60s'.", address), err)
	}
	path := strings.TrimSuffix(strings.TrimRight(parsed.EscapedPath(), "/"), "/graphql")
	return parsed.Scheme + "://" + parsed.Host + path, nil
}

// NewKey makes an idempotency key. A key that a method makes covers the repetitions of its own call. Store a key with the work, or
// use the ID of the work as key, so that a restart of the program uses no units twice.
func NewKey() string {
	key := make([]byte, 16)
	rand.Read(key) // never fails
	return hex.EncodeToString(key)
}

func keyOr(key string) string {
	if key == "" {
		return NewKey()
	}
	return key
}

// Recorded is false if the database was unavailable, and the policy of the catalog allowed the use without counting it.
func (c *Consumption) Recorded() bool { return c.DecidedBy == nil }

// ask sends a call whose denials are errors.
func ask[Result any](ctx context.Context, c *Client, call call) (*Result, error) {
	result, denial, err := act[Result](ctx, c, call)
	if denial != nil {
		err = &Error{Status: http.StatusTooManyRequests, Code: denial.Code, Message: denial.Message, RetryAfter: denial.RetryAfter, Key: call.key}
	}
	return result, err
}

// act sends a call. Exactly one of the result, the denial and the error is not nil.
func act[Result any](ctx context.Context, c *Client, call call) (*Result, *Denial, error) {
	var result Result
	denial, err := c.send(ctx, call, func(answer *answer) error { return answer.read(&result, call.feature) })
	if denial != nil || err != nil {
		return nil, denial, withKey(err, call.key)
	}
	return &result, nil, nil
}

// withKey adds the key of the call to its error.
func withKey(err error, key string) error {
	if failed, ok := errors.AsType[*Error](err); ok {
		failed.Key = key
	}
	return err
}
