package stackgate

import (
	"fmt"
	"time"
)

// Error is a call that has neither a result nor a denial. Find it in an error with [errors.As].
type Error struct {
	// Status is 0 without a response.
	Status int
	// Code is for programs. `NETWORK`: no complete response arrived. `BAD_RESPONSE`: the response is not one of Stackgate.
	// `CONFIGURATION`: the client is used wrongly. The others are those of the server.
	Code string
	// Message is for people.
	Message string
	// RequestID is the ID of the request in the log of the server.
	RequestID string
	// RetryAfter is the time after which the server accepts the request again.
	RetryAfter time.Duration
	// Issues are the problems of the request, if its members are at fault.
	Issues []Issue
	// Key is the idempotency key of the call. The call can have been executed: repeat it with this key, which has no second effect.
	Key string
	// Keys are those of the events of Track.
	Keys []string
	// Err is the cause, for example that of a context.
	Err error
}

// Error has the status, the code, the message and the cause.
func (e *Error) Error() string {
	text := fmt.Sprintf("stackgate: %s: %s", e.Code, e.Message)
	if e.Status != 0 {
		text = fmt.Sprintf("stackgate: %d %s: %s", e.Status, e.Code, e.Message)
	}
	if e.Err != nil {
		text += " " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same call can succeed later.
func (e *Error) Temporary() bool {
	switch e.Code {
	case "NETWORK", "UNAVAILABLE", "TIMEOUT", "RATE_LIMITED":
		return true
	}
	return false
}

func network(message string, cause error) *Error {
	return &Error{Code: "NETWORK", Message: message, Err: cause}
}

func misuse(message string, cause error) *Error {
	return &Error{Code: "CONFIGURATION", Message: message, Err: cause}
}

// deniedResult is the denial in a response of GraphQL.
type deniedResult struct{ denial *Denial }

func (d *deniedResult) Error() string { return d.denial.Message }
