package stackgate

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

type graphQLError struct {
	Message    string
	Extensions struct {
		Code         string
		RequestID    string   `json:"requestId"`
		RetryAfterMS *float64 `json:"retryAfterMs"`
		Issues       []Issue
	}
}

func (e graphQLError) of(a *answer) *Error {
	failed := a.fail(e.Extensions.Code, e.Message)
	failed.Issues = e.Extensions.Issues
	if e.Extensions.RequestID != "" {
		failed.RequestID = e.Extensions.RequestID
	}
	if e.Extensions.RetryAfterMS != nil {
		failed.RetryAfter = statedWait(*e.Extensions.RetryAfterMS * float64(time.Millisecond))
	}
	return failed
}

// graphQL sends a document, and reads one field of its result.
func (c *Client) graphQL(ctx context.Context, account, document, field string, variables any, result any) (*Denial, error) {
	body := map[string]any{"query": document, "variables": variables}
	return c.send(ctx, call{path: "/graphql", account: &account, body: body}, func(a *answer) error {
		var response struct {
			Data   map[string]json.RawMessage
			Errors []graphQLError
		}
		if json.Unmarshal(a.body, &response) != nil {
			return a.unexpected()
		}
		if len(response.Errors) > 0 && response.Errors[0].Extensions.Code != "" {
			return response.Errors[0].of(a)
		}
		found, isPresent := response.Data[field]
		if !isPresent {
			return a.unexpected()
		}
		var payload struct{ Denial *Denial }
		if json.Unmarshal(found, &payload) == nil && payload.Denial != nil {
			return &deniedResult{payload.Denial}
		}
		if string(found) == "null" {
			return a.fail("NOT_FOUND", strings.ToUpper(field[:1])+field[1:]+" not found.")
		}
		return a.readMembers(found, result)
	})
}

// sentEvent is an event as GraphQL takes it: its work and its properties in lists.
type sentEvent struct {
	UsageEvent
	Work       *sentWork       `json:"work,omitempty"`
	Properties []sentDimension `json:"properties,omitempty"`
}

type sentWork struct {
	Quantities []sentQuantity  `json:"quantities"`
	Dimensions []sentDimension `json:"dimensions"`
}

type sentQuantity struct {
	Name   string `json:"name"`
	Amount int64  `json:"amount"`
}

type sentDimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (c *Client) recordUsage(ctx context.Context, document string, events []UsageEvent) (*UsageReport, *Denial, error) {
	if len(events) == 0 {
		return &UsageReport{}, nil, nil
	}
	sent, keys := make([]sentEvent, len(events)), make([]string, len(events))
	for at, event := range events {
		if !isVisible(event.AccountID) {
			return nil, nil, nobody(fmt.Sprintf("AccountID of the event %d", at))
		}
		event.Key = keyOr(event.Key)
		keys[at] = event.Key
		sent[at] = sentEvent{UsageEvent: event, Work: wireWork(event.Work), Properties: wireNames(event.Properties)}
	}
	var report UsageReport
	variables := map[string]any{"events": sent}
	denial, err := c.graphQL(ctx, events[0].AccountID, document, "recordUsage", variables, &report)
	if failed, ok := err.(*Error); ok {
		failed.Keys = keys
	}
	if denial != nil || err != nil {
		return nil, denial, err
	}
	return &report, nil, nil
}

func wireWork(work *Work) *sentWork {
	if work == nil {
		return nil
	}
	sent := &sentWork{[]sentQuantity{}, wireNames(work.Dimensions)}
	for name, amount := range work.Quantities {
		sent.Quantities = append(sent.Quantities, sentQuantity{name, amount})
	}
	return sent
}

func wireNames(values map[string]string) []sentDimension {
	sent := []sentDimension{}
	for name, value := range values {
		sent = append(sent, sentDimension{name, value})
	}
	return sent
}

const entitlementsDocument = `query Entitlements($id: ID!, $features: [String!]) { account(id: $id) { usage { entitlements(features: $features) {
  feature { code kind } granted unlimited limit used reserved remaining resetsAt percent nearLimit revision
  sources { kind code reason amount unlimited expiresAt }
  overage { plan { code } price { amount currency per } summary cap units reserved remaining cost { decimal } } } } } }`

// Entitlements returns the entitlements of an account, one per feature of the catalog, or those to some features.
func (c *Client) Entitlements(ctx context.Context, accountID string, features ...string) ([]Entitlement, error) {
	var account struct {
		Usage struct{ Entitlements []readEntitlement } `json:"usage"`
	}
	variables := map[string]any{"id": accountID}
	if len(features) > 0 {
		variables["features"] = features
	}
	denial, err := c.graphQL(ctx, accountID, entitlementsDocument, "account", variables, &account)
	if denial != nil {
		err = &Error{Status: 429, Code: denial.Code, Message: denial.Message, RetryAfter: denial.RetryAfter}
	}
	if err != nil {
		return nil, err
	}
	entitlements := []Entitlement{}
	for _, each := range account.Usage.Entitlements {
		entitlements = append(entitlements, each.entitlement())
	}
	return entitlements, nil
}

// readEntitlement has the form of GraphQL.
type readEntitlement struct {
	Feature                       struct{ Code, Kind string }
	Granted, Unlimited, NearLimit bool
	Limit, Remaining              *int64
	Used, Reserved, Revision      int64
	ResetsAt                      *time.Time
	Percent                       *float64
	Sources                       []struct {
		Kind         string
		Code, Reason *string
		Amount       *int64
		Unlimited    bool
		ExpiresAt    *time.Time
	}
	Overage *struct {
		Plan  *struct{ Code string }
		Price struct {
			Amount, Currency string
			Per              int64
		}
		Summary                         string
		Cap, Units, Reserved, Remaining int64
		Cost                            struct{ Decimal string }
	}
}

func (r readEntitlement) entitlement() Entitlement {
	result := Entitlement{
		Feature: r.Feature.Code, Kind: strings.ToLower(r.Feature.Kind),
		Granted: r.Granted, Unlimited: r.Unlimited, Limit: r.Limit, Used: r.Used, Reserved: r.Reserved, Remaining: r.Remaining,
		ResetsAt: r.ResetsAt, Percent: r.Percent, NearLimit: r.NearLimit, Revision: r.Revision, Sources: []EntitlementSource{},
	}
	for _, source := range r.Sources {
		result.Sources = append(result.Sources, EntitlementSource{
			Kind: strings.ToLower(source.Kind), Code: source.Code, Reason: source.Reason,
			Amount: source.Amount, Unlimited: source.Unlimited, ExpiresAt: source.ExpiresAt,
		})
	}
	if over := r.Overage; over != nil {
		result.Overage = &EntitlementOverage{
			Price: over.Price.Amount, Per: over.Price.Per, Currency: over.Price.Currency, Summary: over.Summary, Cap: over.Cap,
			Used: over.Units, Reserved: over.Reserved, Remaining: over.Remaining, Cost: over.Cost.Decimal,
		}
		if over.Plan != nil {
			result.Overage.Plan = over.Plan.Code
		}
	}
	return result
}
