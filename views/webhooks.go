package views

import (
	"time"

	"lekha/lending"
)

// WebhooksPage lists the addresses that are told what happens here.
type WebhooksPage struct {
	Shell
	New  Act
	Rows []WebhookRow
	Next string
}

// WebhookRow is one address of the list.
type WebhookRow struct {
	Path, Ref, Name, URL     string
	Status                   string
	Topics                   int
	Waiting, Failed, Arrived int
	RestsUntil               time.Time // zero: it answers
}

// WebhookPage is one address: its form, its keys, what went to it.
type WebhookPage struct {
	Shell
	Ref, Name, Status string
	RestsUntil        time.Time
	Version           int64
	Form              Form
	Topics            []TopicGroup
	Keys              []WebhookKeyRow
	Secret, Key       string // of the key just made: shown once
	WhyNot            string
	Deliveries        []DeliveryRow
	History           []Step
}

// TopicGroup is the topics of one object.
type TopicGroup struct {
	Label  string
	Topics []TopicChoice
}

// TopicChoice is one topic that may be listened for.
type TopicChoice struct {
	Name, Does string
	On         bool
}

// WebhookKeyRow is one key that signs.
type WebhookKeyRow struct {
	ID            string
	Created, Ends time.Time // Ends zero: it does not
}

// DeliveriesPage lists messages and how far they have come.
type DeliveriesPage struct {
	Shell
	Title, Path string // of the address they went to; "" for all
	Tabs        []FateTab
	Rows        []DeliveryRow
	Next        string
	WhyNot      string
}

// DeliveryRow is one message to one address.
type DeliveryRow struct {
	No                       int64
	Message                  int64
	Webhook, WebhookPath     string
	Topic, Ref, Path, Was    string
	State, Code, Answer, Now string
	Amount                   lending.Money
	Tries                    int
	At, Tried, Next          time.Time
	Again                    string // address of the form; "" when it waits
}

var webhookInputs = []Input{
	{Name: "name", Label: "Name", Required: true, Max: 200, Auto: "off", Hint: "What is told, such as the accounting system."},
	{Name: "url", Label: "Address", Type: "url", Required: true, Max: 500, Auto: "off", Hint: "https only, but on this machine itself (http://localhost)."},
	{Name: "topics", Label: "Listens for"},
}

// deliveryTones say how a state is meant.
var deliveryTones = map[string]Tone{"delivered": ToneGood, "failed": ToneBad, "waiting": ToneWarn, "dropped": ToneNone}

var deliveryWords = map[string]string{"delivered": "Arrived", "failed": "Given up", "waiting": "Waiting", "dropped": "Dropped"}

var webhookTones = map[string]Tone{"active": ToneGood, "paused": ToneWarn, "ended": ToneNone}

var webhookWords = map[string]string{"active": "Active", "paused": "Paused", "ended": "Ended"}
