package stackgate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unicode"
)

// OwnAccount as AccountID is the account of the key, in requests whose account has a default. An empty AccountID is an error, because a
// customer without an ID would have that account.
const OwnAccount = "\x00own"

// Customer is the reference of the account of a customer, by your own ID. Its error has the code `UNAUTHENTICATED` if the ID has no
// visible character.
func Customer(id string) (string, error) {
	if !isVisible(id) {
		return "", nobody("The ID of a customer")
	}
	return "customer:" + id, nil
}

func isVisible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

func nobody(name string) *Error {
	return &Error{Status: http.StatusUnauthorized, Code: "UNAUTHENTICATED", Message: name + " must be a text that is not empty or blank."}
}

// checkAccount refuses an account without an ID before a request is sent.
func (c *call) checkAccount() error {
	switch {
	case c.account == nil:
		return nil
	case *c.account == OwnAccount:
		*c.account = ""
		return nil
	case !isVisible(*c.account):
		return nobody("AccountID")
	}
	return nil
}

// content is the body as JSON, with the members that are sent as null.
func (c *call) content() ([]byte, error) {
	body, err := json.Marshal(c.body)
	if err != nil {
		return nil, misuse("The request cannot be sent as JSON.", err)
	}
	if len(c.null) == 0 {
		return body, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, misuse("The request is no object.", err)
	}
	optional := optionalMembers(reflect.TypeOf(c.body).Elem())
	for _, name := range c.null {
		if !optional[name] {
			return nil, misuse(fmt.Sprintf("The request has no member '%.60s' that can be null.", name), nil)
		}
		if _, isSet := members[name]; isSet {
			return nil, misuse(fmt.Sprintf("'%s' is set, and cannot be null as well.", name), nil)
		}
		members[name] = json.RawMessage("null")
	}
	return json.Marshal(members)
}

func optionalMembers(request reflect.Type) map[string]bool {
	names := map[string]bool{}
	for at := range request.NumField() {
		name, options, _ := strings.Cut(request.Field(at).Tag.Get("json"), ",")
		if options != "" && name != "account_id" && name != "idempotency_key" {
			names[name] = true
		}
	}
	return names
}
