package stackgate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// recorded is a client whose requests are recorded. Its answers are no results.
func recorded(t *testing.T) (*Client, *[]map[string]any) {
	t.Helper()
	var bodies []map[string]any
	web := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		text, _ := io.ReadAll(request.Body)
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			t.Error(err)
		}
		bodies = append(bodies, body)
		response.Header().Set("Content-Type", "application/json")
		io.WriteString(response, "[]")
	}))
	t.Cleanup(web.Close)
	client, err := New(web.URL, "sk_test", WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	return client, &bodies
}

// requests calls a function for each method that takes a request, with the type of the request.
func requests(use func(method string, request reflect.Type)) {
	client := reflect.TypeFor[*Client]()
	for at := range client.NumMethod() {
		method := client.Method(at)
		if method.Type.NumIn() == 3 && method.Type.In(2).Kind() == reflect.Struct {
			use(method.Name, method.Type.In(2))
		}
	}
}

func callWith(client *Client, method string, request reflect.Value) error {
	results := reflect.ValueOf(client).MethodByName(method).Call([]reflect.Value{reflect.ValueOf(context.Background()), request})
	err, _ := results[len(results)-1].Interface().(error)
	return err
}

// TestAbsentNullAndEmpty sends each member that can be left out absent, empty and null.
func TestAbsentNullAndEmpty(t *testing.T) {
	count := 0
	requests(func(method string, request reflect.Type) {
		for at := range request.NumField() {
			field := request.Field(at)
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			if options == "" || name == "account_id" || name == "idempotency_key" {
				continue
			}
			count++
			client, bodies := recorded(t)
			send := func(change func(reflect.Value)) (any, bool) {
				made := reflect.New(request).Elem()
				if account := made.FieldByName("AccountID"); account.IsValid() {
					account.SetString("customer:42")
				}
				change(made)
				callWith(client, method, made)
				value, isSent := (*bodies)[len(*bodies)-1][name]
				return value, isSent
			}
			if value, isSent := send(func(reflect.Value) {}); isSent {
				t.Errorf("%s sends %s as %v although it is left out", method, name, value)
			}
			if value, isSent := send(func(made reflect.Value) {
				made.FieldByName("Null").Set(reflect.ValueOf([]string{name}))
			}); !isSent || value != nil {
				t.Errorf("%s sends %s as %v instead of null", method, name, value)
			}
			if field.Type.Kind() == reflect.String || field.Type.Kind() == reflect.Interface {
				continue // an empty text is left out
			}
			if value, isSent := send(func(made reflect.Value) {
				empty := made.FieldByName(field.Name)
				switch field.Type.Kind() {
				case reflect.Slice:
					empty.Set(reflect.MakeSlice(field.Type, 0, 0))
				case reflect.Map:
					empty.Set(reflect.MakeMap(field.Type))
				case reflect.Pointer:
					empty.Set(reflect.New(field.Type.Elem()))
				default:
					t.Errorf("%s.%s cannot be empty", request, field.Name)
				}
			}); !isSent || value == nil {
				t.Errorf("%s sends %s as %v although it is empty", method, name, value)
			}
		}
	})
	if count < 80 {
		t.Errorf("%d members", count)
	}
}

func TestNullNamesMembersThatCanBeLeftOut(t *testing.T) {
	client, bodies := recorded(t)
	for _, each := range []UpsertAccountRequest{
		{AccountID: "customer:42", Null: []string{"billing_mail"}},
		{AccountID: "customer:42", Null: []string{"account_id"}},
		{AccountID: "customer:42", Null: []string{"name"}, Name: "Acme"},
	} {
		_, err := client.UpsertAccount(context.Background(), each)
		if failed, ok := errors.AsType[*Error](err); !ok || failed.Code != "CONFIGURATION" {
			t.Errorf("%v leads to %v", each.Null, err)
		}
	}
	if len(*bodies) > 0 {
		t.Errorf("%d requests", len(*bodies))
	}
}

func TestAccountsWithoutATextAreNobody(t *testing.T) {
	client, bodies := recorded(t)
	expect := func(what string, err error) {
		t.Helper()
		if failed, ok := errors.AsType[*Error](err); !ok || failed.Code != "UNAUTHENTICATED" || failed.Status != 401 {
			t.Errorf("%s leads to %v", what, err)
		}
	}
	for _, id := range []string{"", " ", "\n\t", "\u200b\u2060", "\u202e", "\x00"} {
		requests(func(method string, request reflect.Type) {
			made := reflect.New(request).Elem()
			if account := made.FieldByName("AccountID"); account.IsValid() {
				account.SetString(id)
				expect(method, callWith(client, method, made))
			}
		})
		_, err := client.Entitlements(context.Background(), id)
		expect("Entitlements", err)
		_, _, err = client.Track(context.Background(), UsageEvent{AccountID: "customer:42"}, UsageEvent{AccountID: id})
		expect("Track", err)
		_, err = Customer(id)
		expect("Customer", err)
	}
	if len(*bodies) > 0 {
		t.Errorf("%d requests", len(*bodies))
	}
	if account, err := Customer("42"); account != "customer:42" || err != nil {
		t.Errorf("%s %v", account, err)
	}
}

func TestOwnAccountIsThatOfTheKey(t *testing.T) {
	client, bodies := recorded(t)
	client.Check(context.Background(), CheckRequest{AccountID: OwnAccount, Feature: "runs"})
	if body := (*bodies)[0]; len(body) != 1 || body["feature"] != "runs" {
		t.Errorf("%v", body)
	}
}
