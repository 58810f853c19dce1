package stackgate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is a response with its body.
type answer struct {
	status int
	header http.Header
	body   []byte
	now    time.Time
}

// failureBody has the members of denials and errors, over REST and GraphQL.
type failureBody struct {
	Code         string
	Message      string
	RequestID    string `json:"request_id"`
	Issues       []Issue
	Remedies     []any
	RetryAfterMS *float64 `json:"retry_after_ms"`
	Errors       []graphQLError
}

// failure is the denial or the error of a response that is not 200.
func (a *answer) failure() (*Denial, *Error) {
	if location := a.header.Get("Location"); a.status >= 300 && a.status < 400 {
		return nil, a.fail("BAD_RESPONSE", fmt.Sprintf("The server redirects to '%.200s'. Use the final address.", location))
	}
	var body failureBody
	if json.Unmarshal(a.body, &body) != nil {
		return nil, a.unexpected()
	}
	if len(body.Errors) > 0 && body.Errors[0].Extensions.Code != "" {
		return nil, body.Errors[0].of(a)
	}
	if body.Code == "" {
		return nil, a.unexpected()
	}
	wait := a.retryAfter()
	if body.RetryAfterMS != nil {
		wait = statedWait(*body.RetryAfterMS * float64(time.Millisecond))
	}
	if isDenied(a.status, body.Remedies) {
		var denial Denial
		if json.Unmarshal(a.body, &denial) == nil {
			denial.RetryAfter = wait
			return &denial, nil
		}
	}
	failed := a.fail(body.Code, body.Message)
	failed.Issues, failed.RetryAfter = body.Issues, wait
	if body.RequestID != "" {
		failed.RequestID = body.RequestID
	}
	return nil, failed
}

// isDenied reports a denial. Misuse of a key or a reservation, with 409, has no remedies and is an error, as is a missing permission.
func isDenied(status int, remedies []any) bool {
	if status == http.StatusPaymentRequired || status == http.StatusTooManyRequests {
		return true
	}
	return len(remedies) > 0 || (status == http.StatusForbidden && remedies != nil)
}

func (a *answer) fail(code, message string) *Error {
	return &Error{
		Status: a.status, Code: code, Message: message, RequestID: a.header.Get("X-Request-Id"), RetryAfter: a.retryAfter(),
	}
}

// maxStatedWait is the longest wait that a server can state.
const maxStatedWait = 24 * time.Hour

func statedWait(nanoseconds float64) time.Duration {
	return time.Duration(min(max(nanoseconds, 0), float64(maxStatedWait)))
}

// retryAfter reads a number of seconds, or a date, which is compared with the clock of the server.
func (a *answer) retryAfter() time.Duration {
	value := strings.TrimSpace(a.header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 63); err == nil {
		return statedWait(float64(seconds) * float64(time.Second))
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now := a.now
	if sent, err := http.ParseTime(a.header.Get("Date")); err == nil {
		now = sent
	}
	return statedWait(float64(date.Sub(now)))
}

// read reads a result that has all members that its type requires, and is about the feature of the request.
func (a *answer) read(result any, feature string) error {
	if err := a.readMembers(a.body, result); err != nil {
		return err
	}
	var about struct {
		Feature     any
		Entitlement struct{ Feature string }
	}
	if feature == "" || json.Unmarshal(a.body, &about) != nil {
		return nil
	}
	found, isText := about.Feature.(string)
	if !isText {
		found = about.Entitlement.Feature
	}
	if found != "" && found != feature {
		return a.unexpected()
	}
	return nil
}

func (a *answer) readMembers(data []byte, result any) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil || json.Unmarshal(data, result) != nil {
		return a.unexpectedIn(data)
	}
	kind := reflect.TypeOf(result).Elem()
	for at := 0; kind.Kind() == reflect.Struct && at < kind.NumField(); at++ {
		name, options, _ := strings.Cut(kind.Field(at).Tag.Get("json"), ",")
		if _, isPresent := members[name]; name != "" && name != "-" && options == "" && !isPresent {
			return a.unexpectedIn(data)
		}
	}
	return nil
}

// codes are those of statuses that proxies respond with.
var codes = map[int]string{
	401: "UNAUTHENTICATED", 413: "BODY_TOO_LARGE", 429: "RATE_LIMITED", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE",
}

// maxNames is the number of members of another service's response that an error names.
const maxNames = 5

func (a *answer) unexpected() *Error { return a.unexpectedIn(a.body) }

// unexpectedIn is the error of a response that is not one of Stackgate. It names what arrived.
func (a *answer) unexpectedIn(data []byte) *Error {
	code, isKnown := codes[a.status]
	if !isKnown {
		code = "BAD_RESPONSE"
	}
	return a.fail(code, fmt.Sprintf("The response with status %d has %s instead of a result of Stackgate.", a.status, a.formOf(data)))
}

func (a *answer) formOf(data []byte) string {
	var members map[string]json.RawMessage
	if !json.Valid(data) {
		kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
		if kind == "" {
			kind = "unknown"
		}
		return "a body of the type " + kind
	}
	if json.Unmarshal(data, &members) != nil || members == nil {
		return "JSON that is not an object"
	}
	if len(members) == 0 {
		return "an empty JSON object"
	}
	names := []string{}
	for name := range members {
		names = append(names, fmt.Sprintf("'%.40s'", name))
	}
	slices.Sort(names)
	return "JSON with the members " + strings.Join(names[:min(len(names), maxNames)], ", ")
}
