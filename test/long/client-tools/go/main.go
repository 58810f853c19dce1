// Prints a request for each of three values of a member: a text, left out, and null.
package main

import (
	"context"
	"encoding/json"
	"os"

	"example.com/client/values"
	"github.com/Khan/genqlient/graphql"
	"github.com/oapi-codegen/nullable"
)

type printer struct{}

func (printer) MakeRequest(_ context.Context, request *graphql.Request, _ *graphql.Response) error {
	return json.NewEncoder(os.Stdout).Encode(request)
}

func main() {
	account, name := os.Args[1], "Ann"
	texts := []values.Text{nullable.NewNullableWithValue("ann@example.com"), nil, nullable.NewNullNullable[string]()}
	for _, text := range texts {
		if _, err := UpsertAccount(context.Background(), printer{}, account, AccountInput{BillingEmail: text, Name: &name}); err != nil {
			panic(err)
		}
	}
}
