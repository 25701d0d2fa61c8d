package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// document is what the page shows of an OpenAPI document.
type document struct {
	Tags       []struct{ Name string }
	Paths      map[string]map[string]*operation
	Problems   []problem `json:"x-problems"`
	Components struct{ Schemas map[string]*schema }
}

// operation is a route.
type operation struct {
	Method, Path string   `json:"-"`
	Name         string   `json:"operationId"`
	Summary      string   `json:"summary"`
	Description  string   `json:"description"`
	Tags         []string `json:"tags"`
	Source       string   `json:"x-source"`
	Requires     string   `json:"x-requires"`
	Problems     []string `json:"x-problems"`
	Parameters   []parameter
	RequestBody  *struct {
		Required bool
		Content  map[string]media
	}
	Responses map[string]struct {
		Description string
		Content     map[string]media
		Headers     map[string]struct{ Description string }
	}
	Example shown `json:"-"`
}

type parameter struct {
	In, Name, Description string
	Required              bool
	Source                string `json:"x-source"`
	Schema                *schema
}

type media struct {
	Schema  *schema
	Example json.RawMessage
}

type problem struct {
	Code       string
	Status     int
	When, Todo string
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Format      string
	Description string
	Source      string `json:"x-source"`
	Properties  members
	Required    []string
	Items       *schema
	AnyOf       []*schema
	Enum        []string
	Default     json.RawMessage
	Pattern     string

	Minimum, Maximum               *int64
	MinLength, MaxLength, MinItems *int
	MaxProperties                  *int
	AdditionalProperties           json.RawMessage
}

// member is one property; members are in the order of the document.
type member struct {
	Name   string
	Schema *schema
}

type members []member

// UnmarshalJSON implements [json.Unmarshaler].
func (m *members) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		one := member{Name: fmt.Sprint(name)}
		if err := d.Decode(&one.Schema); err != nil {
			return err
		}
		*m = append(*m, one)
	}
	return nil
}

// body is the schema of the request; nil without one.
func (op *operation) body() *schema {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Content["application/json"].Schema
}

// exampleBody is the example of the request; empty without one.
func (op *operation) exampleBody() string {
	if op.RequestBody == nil {
		return ""
	}
	return string(op.RequestBody.Content["application/json"].Example)
}
