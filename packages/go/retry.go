package stackgate

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// call is a request that can be repeated: it has an idempotency key, or names a resource.
type call struct {
	path string
	// account is that of the body. It leads the request to a process of the server that knows the account. Nil if the request names none.
	account *string
	// null has the names of members of the body that are sent as null.
	null []string
	// feature is that of the request, by which the response to another request is recognized.
	feature string
	key     string
	body    any
}

// clock has the time and the chance of a client. Tests use their own.
type clock struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	random func() float64
}

var systemClock = clock{now: time.Now, sleep: sleep, random: rand.Float64}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

const (
	baseWait = 100 * time.Millisecond
	// maxWait is the longest backoff, and the longest time that a server can ask for between two attempts.
	maxWait = 2 * time.Second
)

// send posts a call, and again after temporary failures.
func (c *Client) send(ctx context.Context, call call, read func(*answer) error) (*Denial, error) {
	if err := call.checkAccount(); err != nil {
		return nil, err
	}
	body, err := call.content()
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		denial, err := c.once(ctx, call, body, read)
		if denial == nil && err == nil {
			return nil, nil
		}
		stated, isTemporary := waitOf(denial, err)
		if !isTemporary || attempt >= c.retries || ctx.Err() != nil {
			return denial, errorOf(err)
		}
		wait := stated + time.Duration(c.clock.random()*float64(min(maxWait, baseWait<<min(attempt, 10))))
		if deadline, has := ctx.Deadline(); has && c.clock.now().Add(wait).After(deadline) {
			return denial, errorOf(err)
		}
		if canceled := c.clock.sleep(ctx, wait); canceled != nil {
			return nil, network("The context ended before the request was repeated.", canceled)
		}
	}
}

// errorOf avoids an interface with a nil pointer.
func errorOf(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

// waitOf returns the time that the server asks for, and whether the same request can succeed after it.
func waitOf(denial *Denial, err *Error) (time.Duration, bool) {
	if denial != nil {
		return denial.RetryAfter, denial.RetryAfter > 0 && denial.RetryAfter <= maxWait
	}
	return err.RetryAfter, err.Temporary() && err.RetryAfter <= maxWait
}

// once posts a body one time.
func (c *Client) once(ctx context.Context, call call, body []byte, read func(*answer) error) (*Denial, *Error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, c.base+call.path, bytes.NewReader(body))
	if err != nil {
		return nil, misuse("The request cannot be sent.", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if call.account != nil && *call.account != "" {
		request.Header.Set("X-Stackgate-Account", *call.account)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, network("No response to "+call.path+".", err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, network("The connection ended before the response was complete.", err)
	}
	answer := &answer{status: response.StatusCode, header: response.Header, body: data, now: c.clock.now()}
	if response.StatusCode != http.StatusOK {
		return answer.failure()
	}
	switch failed := read(answer).(type) {
	case nil:
		return nil, nil
	case *deniedResult:
		return failed.denial, nil
	case *Error:
		return nil, failed
	default:
		return nil, answer.unexpected()
	}
}
