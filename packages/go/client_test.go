package stackgate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const consumption = `{"id":"con_1","feature":"runs","amount":1,"taken":[],"at":"2026-01-15T10:00:00.000Z","entitlement":` + entitlement + `}`
const entitlement = `{"feature":"runs","kind":"quota","granted":true,"unlimited":false,"limit":9,"used":1,"reserved":0,"remaining":8,
	"resets_at":null,"percent":11.1,"near_limit":false,"sources":[],"revision":3}`
const quotaExceeded = `{"error":"Denied","code":"QUOTA_EXCEEDED","message":"No runs are left.","request_id":"req_1",
	"remedies":[{"kind":"wait","label":"Wait","at":"2026-02-01T00:00:00.000Z","input":{"plan":"plus"}}],
	"quantity":{"feature":"runs","limit":{"units":9},"used":{"units":9},"requested":{"units":1},"remaining":{"units":0},"resets_at":null}}`

// reply is the response to one request. A status of 0 cuts the connection, and one of 1 stays silent.
type reply struct {
	status int
	body   string
	header map[string]string
}

func result(body string) reply { return reply{200, body, nil} }

func page(status int, header ...string) reply {
	headers := map[string]string{"Content-Type": "text/html"}
	for at := 0; at < len(header); at += 2 {
		headers[header[at]] = header[at+1]
	}
	return reply{status, "<html>Proxy</html>", headers}
}

// server replies in an order, and keeps requests and waits.
type server struct {
	*Client
	mutex  sync.Mutex
	bodies []map[string]any
	header []http.Header
	paths  []string
	waits  []time.Duration
}

func serve(t *testing.T, replies ...reply) *server {
	t.Helper()
	s := &server{}
	silent := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		text, _ := io.ReadAll(request.Body)
		body := map[string]any{}
		_ = json.Unmarshal(text, &body)
		s.mutex.Lock()
		at := len(s.bodies)
		s.bodies = append(s.bodies, body)
		s.header = append(s.header, request.Header)
		s.paths = append(s.paths, request.URL.Path)
		s.mutex.Unlock()
		if at >= len(replies) {
			t.Errorf("request %d was not expected", at+1)
			panic(http.ErrAbortHandler)
		}
		switch each := replies[at]; each.status {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			<-silent
		default:
			response.Header().Set("Content-Type", "application/json")
			for name, value := range each.header {
				response.Header().Set(name, value)
			}
			response.WriteHeader(each.status)
			fmt.Fprint(response, each.body)
		}
	}))
	t.Cleanup(web.Close)
	t.Cleanup(func() { close(silent) })
	client, err := New(web.URL+"/graphql", "sk_test", WithTimeout(200*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	client.clock.random = func() float64 { return 0.5 }
	client.clock.sleep = func(ctx context.Context, wait time.Duration) error {
		s.waits = append(s.waits, wait)
		return ctx.Err()
	}
	s.Client = client
	return s
}

func (s *server) consume() (*Consumption, *Denial, error) {
	return s.Consume(context.Background(), ConsumeRequest{AccountID: "person:ann", Feature: "runs"})
}

func (s *server) expectRequests(t *testing.T, count int) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.bodies) != count {
		t.Errorf("%d requests instead of %d", len(s.bodies), count)
	}
	for _, body := range s.bodies {
		if key := body["idempotency_key"]; key != s.bodies[0]["idempotency_key"] {
			t.Errorf("the key changed to %v", key)
		}
	}
}

func failure(t *testing.T, err error, code string) *Error {
	t.Helper()
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Code != code {
		t.Fatalf("%v instead of an error with the code %s", err, code)
	}
	return failed
}

func TestConsumeSendsKeyAccountAndToken(t *testing.T) {
	s := serve(t, result(consumption))
	used, denial, err := s.consume()
	if err != nil || denial != nil || used.ID != "con_1" || used.Entitlement.Used != 1 || !used.Recorded() {
		t.Fatal(used, denial, err)
	}
	if key, _ := s.bodies[0]["idempotency_key"].(string); len(key) != 32 {
		t.Errorf("key %q", key)
	}
	if s.paths[0] != "/api/v1/entitlements/consume" {
		t.Error(s.paths)
	}
	header := s.header[0]
	if header.Get("Authorization") != "Bearer sk_test" || header.Get("X-Stackgate-Account") != "person:ann" {
		t.Error(header)
	}
	if _, isSent := s.bodies[0]["amount"]; isSent {
		t.Error("an amount was sent")
	}
}

func TestConsumeRepeatsTemporaryFailuresUnderOneKey(t *testing.T) {
	for name, first := range map[string]reply{
		"cut connection":    {},
		"silent connection": {status: 1},
		"page with 502":     page(502),
		"page with 503":     page(503),
		"page with 504":     page(504),
		"page with 429":     page(429),
		"TIMEOUT":           {500, `{"error":"Timeout","code":"TIMEOUT","message":"Too slow."}`, nil},
		"UNAVAILABLE":       {503, `{"error":"Unavailable","code":"UNAVAILABLE","message":"Starting."}`, nil},
		"RATE_LIMITED":      {429, `{"error":"Slow","code":"RATE_LIMITED","message":"Slow down.","retry_after_ms":900}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, first, first, result(consumption))
			if used, denial, err := s.consume(); used == nil || denial != nil || err != nil {
				t.Fatal(used, denial, err)
			}
			s.expectRequests(t, 3)
			stated := time.Duration(0)
			if name == "RATE_LIMITED" {
				stated = 900 * time.Millisecond
			}
			if expected := []time.Duration{stated + 50*time.Millisecond, stated + 100*time.Millisecond}; !slices.Equal(s.waits, expected) {
				t.Errorf("waits %v instead of %v", s.waits, expected)
			}
		})
	}
}

func TestConsumeDoesNotRepeatLastingFailures(t *testing.T) {
	for name, test := range map[string]struct {
		reply
		code    string
		message string
	}{
		"rejected key": {reply{401, `{"error":"No","code":"INVALID_TOKEN","message":"Unknown key."}`, nil}, "INVALID_TOKEN", "Unknown key."},
		"internal":     {reply{500, `{"error":"No","code":"INTERNAL","message":"Unexpected."}`, nil}, "INTERNAL", "Unexpected."},
		"another key":  {reply{409, `{"error":"No","code":"IDEMPOTENCY_MISMATCH","message":"Used."}`, nil}, "IDEMPOTENCY_MISMATCH", "Used."},
		"long wait":    {page(503, "Retry-After", "60"), "UNAVAILABLE", "a body of the type text/html"},
		"page":         {page(200), "BAD_RESPONSE", "a body of the type text/html"},
		"page of 401":  {page(401), "UNAUTHENTICATED", "a body of the type text/html"},
		"list":         {result(`[1]`), "BAD_RESPONSE", "JSON that is not an object"},
		"other":        {result(`{"status":"ok"}`), "BAD_RESPONSE", "JSON with the members 'status'"},
		"other feature": {
			result(strings.ReplaceAll(consumption, `"runs"`, `"models"`)), "BAD_RESPONSE", "JSON with the members 'amount', 'at'",
		},
		"redirect": {page(302, "Location", "https://other.example/"), "BAD_RESPONSE", "redirects to 'https://other.example/'"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.reply)
			_, denial, err := s.consume()
			failed := failure(t, err, test.code)
			if denial != nil || !strings.Contains(failed.Message, test.message) || failed.Status != test.status {
				t.Error(failed)
			}
			if failed.Key == "" || failed.Key != s.bodies[0]["idempotency_key"] {
				t.Errorf("key %q", failed.Key)
			}
			s.expectRequests(t, 1)
		})
	}
}

func TestConsumeReturnsDenialsAsValues(t *testing.T) {
	s := serve(t, reply{402, quotaExceeded, nil})
	used, denial, err := s.consume()
	if used != nil || err != nil || denial == nil {
		t.Fatal(used, denial, err)
	}
	if denial.Code != "QUOTA_EXCEEDED" || denial.Message != "No runs are left." || denial.RetryAfter != 0 {
		t.Error(denial)
	}
	if len(denial.Remedies) != 1 || denial.Remedies[0].Kind != "wait" || denial.Remedies[0].Input["plan"] != "plus" {
		t.Error(denial.Remedies)
	}
	if *denial.Quantity.Limit.Units != 9 || *denial.Quantity.Remaining.Units != 0 {
		t.Error(denial.Quantity)
	}
}

func TestDenialsOfEveryStatusAreReturned(t *testing.T) {
	for remedies, status := range map[string]int{`[]`: 403, `[{"label":"Raise"}]`: 409} {
		body := `{"error":"Denied","code":"SPEND_CAP_REACHED","message":"Reached.","remedies":` + remedies + `}`
		s := serve(t, reply{status, body, nil})
		if _, denial, err := s.consume(); err != nil || denial == nil || denial.Code != "SPEND_CAP_REACHED" {
			t.Fatal(status, denial, err)
		}
	}
}

func TestDenialWithALongWaitIsReturned(t *testing.T) {
	s := serve(t, reply{429, `{"error":"Slow","code":"RATE_LIMITED","message":"Slow down."}`, map[string]string{"Retry-After": "30"}})
	_, denial, err := s.consume()
	if err != nil || denial.Code != "RATE_LIMITED" || denial.RetryAfter != 30*time.Second {
		t.Fatal(denial, err)
	}
}

func TestDenialOfAReadIsAnError(t *testing.T) {
	s := serve(t, reply{429, `{"error":"Slow","code":"RATE_LIMITED","message":"Slow down."}`, map[string]string{"Retry-After": "30"}})
	_, err := s.Check(context.Background(), CheckRequest{AccountID: "person:ann", Feature: "runs"})
	if failed := failure(t, err, "RATE_LIMITED"); failed.RetryAfter != 30*time.Second || failed.Status != 429 {
		t.Error(failed)
	}
}

func TestCheckReturnsItsDenial(t *testing.T) {
	s := serve(t, result(`{"allowed":false,"entitlement":`+entitlement+`,"denial":`+quotaExceeded+`,"explain":["No."]}`))
	checked, err := s.Check(context.Background(), CheckRequest{AccountID: "person:ann", Feature: "runs", Amount: new(int64(20))})
	if err != nil || checked.Allowed || checked.Denial.Code != "QUOTA_EXCEEDED" || s.bodies[0]["amount"] != 20.0 {
		t.Fatal(checked, err)
	}
}

func TestRetryAfterReadsDatesByTheClockOfTheServer(t *testing.T) {
	s := serve(t, page(503, "Retry-After", "Thu, 15 Jan 2026 10:00:01 GMT", "Date", "Thu, 15 Jan 2026 10:00:00 GMT"), result(consumption))
	if _, _, err := s.consume(); err != nil {
		t.Fatal(err)
	}
	if s.waits[0] != 1050*time.Millisecond {
		t.Error(s.waits)
	}
}

func TestGivenKeyIsSent(t *testing.T) {
	s := serve(t, page(502), page(502), page(502))
	_, _, err := s.Consume(context.Background(), ConsumeRequest{AccountID: "person:ann", Feature: "runs", IdempotencyKey: "job-7"})
	if failed := failure(t, err, "UNAVAILABLE"); failed.Key != "job-7" || !failed.Temporary() || s.bodies[2]["idempotency_key"] != "job-7" {
		t.Error(failed, s.bodies)
	}
}

func TestCanceledContextEndsTheCall(t *testing.T) {
	s := serve(t, reply{status: 1})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, _, err := s.Consume(ctx, ConsumeRequest{AccountID: "person:ann", Feature: "runs"})
	if failed := failure(t, err, "NETWORK"); !errors.Is(err, context.Canceled) || failed.Key == "" || len(s.waits) > 0 {
		t.Error(failed, s.waits)
	}
	s.expectRequests(t, 1)
}

func TestWaitEndsWithTheContext(t *testing.T) {
	s := serve(t, page(503, "Retry-After", "1"))
	s.clock.sleep = sleep
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, _, err := s.Consume(ctx, ConsumeRequest{AccountID: "person:ann", Feature: "runs"})
	if failure(t, err, "NETWORK"); !errors.Is(err, context.Canceled) || time.Since(began) > 900*time.Millisecond {
		t.Error(err)
	}
}

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	s := serve(t, page(503, "Retry-After", "2"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _, err := s.Consume(ctx, ConsumeRequest{AccountID: "person:ann", Feature: "runs"})
	failure(t, err, "UNAVAILABLE")
	if len(s.waits) != 0 {
		t.Error(s.waits)
	}
}

func TestReserveCommitAndRelease(t *testing.T) {
	held := `{"id":"rsv_1","feature":"runs","amount":5,"status":"held","expires_at":"2026-01-15T10:05:00.000Z","on_expiry":"release","estimate":null,"entitlement":` + entitlement + `}`
	s := serve(t, result(held), result(consumption), result(strings.Replace(held, "held", "released", 1)))
	ctx := context.Background()
	reservation, _, err := s.Reserve(ctx, ReserveRequest{AccountID: "person:ann", Feature: "runs", Amount: new(int64(5))})
	if err != nil || reservation.ExpiresAt.Minute() != 5 {
		t.Fatal(err)
	}
	if _, _, err = s.Commit(ctx, CommitRequest{ReservationID: reservation.ID, Amount: new(int64(1))}); err != nil {
		t.Fatal(err)
	}
	released, err := s.Release(ctx, ReleaseRequest{ReservationID: reservation.ID})
	if err != nil || released.Status != "released" {
		t.Fatal(released, err)
	}
	if path := "/api/v1/entitlements/commit"; s.paths[1] != path {
		t.Error(s.paths)
	}
}

func TestTrackSendsKeysAndWork(t *testing.T) {
	report := `{"data":{"recordUsage":{"acceptedCount":1,"duplicateCount":1,"rejected":[{"index":1,"code":"NOT_FOUND","message":"No."}],"denial":null}}}`
	s := serve(t, result(`{"data":null,"errors":[{"message":"Later.","extensions":{"code":"UNAVAILABLE"}}]}`), result(report))
	recorded, denial, err := s.Track(context.Background(),
		UsageEvent{AccountID: "person:ann", Feature: "runs", Amount: new(int64(2)), Key: "job-1"},
		UsageEvent{AccountID: "person:ann", Feature: "credits", Work: &Work{
			Quantities: map[string]int64{"tokens": 9}, Dimensions: map[string]string{"model": "large"},
		}},
	)
	if denial != nil || err != nil || recorded.AcceptedCount != 1 || recorded.Rejected[0].Index != 1 {
		t.Fatal(recorded, denial, err)
	}
	if fmt.Sprint(s.bodies[0]["variables"]) != fmt.Sprint(s.bodies[1]["variables"]) {
		t.Error("the keys changed")
	}
	events := s.bodies[1]["variables"].(map[string]any)["events"].([]any)
	first, second := events[0].(map[string]any), events[1].(map[string]any)
	if first["key"] != "job-1" || first["amount"] != 2.0 || first["work"] != nil || second["key"] == "" {
		t.Error(events)
	}
	if work := fmt.Sprint(second["work"]); work != "map[dimensions:[map[name:model value:large]] quantities:[map[amount:9 name:tokens]]]" {
		t.Error(work)
	}
}

func TestTrackErrorHasTheKeys(t *testing.T) {
	s := serve(t, page(200))
	_, _, err := s.Track(context.Background(), UsageEvent{AccountID: "person:ann", Feature: "runs", Key: "job-1"})
	if failed := failure(t, err, "BAD_RESPONSE"); !slices.Equal(failed.Keys, []string{"job-1"}) || failed.Key != "" {
		t.Error(failed)
	}
}

func TestTrackReturnsItsDenial(t *testing.T) {
	s := serve(t, result(`{"data":{"recordUsage":{"denial":{"code":"INVALID_PARAMETERS","message":"Too many."}}}}`))
	recorded, denial, err := s.Track(context.Background(), UsageEvent{AccountID: "person:ann", Feature: "runs"})
	if recorded != nil || err != nil || denial.Code != "INVALID_PARAMETERS" {
		t.Error(recorded, denial, err)
	}
}

func TestEntitlementsHaveTheFormOfREST(t *testing.T) {
	s := serve(t, result(`{"data":{"account":{"usage":{"entitlements":[{"feature":{"code":"runs","kind":"QUOTA"},"granted":true,
		"unlimited":false,"limit":9,"used":10,"reserved":0,"remaining":0,"resetsAt":"2026-02-01T00:00:00.000Z","percent":100,"nearLimit":true,
		"revision":3,"sources":[{"kind":"PLAN","code":"plus","reason":null,"amount":9,"unlimited":false,"expiresAt":null}],
		"overage":{"plan":{"code":"plus"},"price":{"amount":"0.10","currency":"USD","per":1},"summary":"0.10 USD each","cap":5,"units":1,"reserved":0,"remaining":4,
		"cost":{"decimal":"0.10"}}}]}}}}`))
	found, err := s.Entitlements(context.Background(), "person:ann", "runs")
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	text, _ := json.Marshal(found[0])
	expected := `{"feature":"runs","kind":"quota","granted":true,"unlimited":false,"limit":9,"used":10,"reserved":0,"remaining":0,` +
		`"resets_at":"2026-02-01T00:00:00Z","percent":100,"near_limit":true,"sources":[{"kind":"plan","code":"plus","reason":null,"amount":9,` +
		`"unlimited":false,"expires_at":null}],"overage":{"plan":"plus","price":"0.10","per":1,"currency":"USD","summary":"0.10 USD each","cap":5,"used":1,"reserved":0,` +
		`"remaining":4,"cost":"0.10"},"revision":3}`
	if string(text) != expected {
		t.Errorf("%s\ninstead of\n%s", text, expected)
	}
}

func TestEntitlementsOfAMissingAccount(t *testing.T) {
	s := serve(t, result(`{"data":{"account":null}}`))
	_, err := s.Entitlements(context.Background(), "person:none")
	if failed := failure(t, err, "NOT_FOUND"); failed.Message != "Account not found." {
		t.Error(failed)
	}
}

func TestNewRefusesWrongSettings(t *testing.T) {
	for _, address := range []string{"", "billing.example.com", "ftp://billing.example.com", "http://%zz"} {
		_, err := New(address, "sk_test")
		failure(t, err, "CONFIGURATION")
	}
	_, err := New("https://billing.example.com", "")
	failure(t, err, "CONFIGURATION")
	for _, address := range []string{"https://example.com/pay", "https://example.com/pay/", "https://example.com/pay/graphql"} {
		if client, err := New(address, "sk_test"); err != nil || client.base != "https://example.com/pay" {
			t.Error(client, err)
		}
	}
}

func TestConcurrentCallsHaveTheirOwnKeys(t *testing.T) {
	replies := slices.Repeat([]reply{result(consumption)}, 20)
	s := serve(t, replies...)
	var group sync.WaitGroup
	for range replies {
		group.Go(func() {
			if _, _, err := s.consume(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	keys := map[any]bool{}
	for _, body := range s.bodies {
		keys[body["idempotency_key"]] = true
	}
	if len(keys) != len(replies) {
		t.Errorf("%d keys", len(keys))
	}
}
