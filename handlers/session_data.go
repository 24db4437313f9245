package handlers

import (
	"encoding/json"
	"fmt"
	"time"

	"lekha/views"
)

// sessionData is how a session is written: one object, because it is read on
// every request.
type sessionData struct {
	Deadline time.Time    `json:"deadline"`
	User     string       `json:"user,omitempty"`
	Flash    *views.Flash `json:"flash,omitempty"`
}

// Encode writes the values of a session.
func (sessionData) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	data := sessionData{Deadline: deadline}
	for name, value := range values {
		user, isText := value.(string)
		flash, isFlash := value.(views.Flash)
		switch {
		case name == sessionUser && isText:
			data.User = user
		case name == sessionFlash && isFlash:
			data.Flash = &flash
		default:
			return nil, fmt.Errorf("a session does not hold %s, a %T", name, value)
		}
	}
	return json.Marshal(data)
}

// Decode reads what Encode wrote. What cannot be read is a session in which nobody
// is signed in.
func (sessionData) Decode(bytes []byte) (time.Time, map[string]any, error) {
	var data sessionData
	values := map[string]any{}
	if json.Unmarshal(bytes, &data) != nil {
		return time.Time{}, values, nil
	}
	if data.User != "" {
		values[sessionUser] = data.User
	}
	if data.Flash != nil {
		values[sessionFlash] = *data.Flash
	}
	return data.Deadline, values, nil
}

// sessionOwner says whose session it is, so that it ends with the person.
func sessionOwner(bytes []byte) string {
	_, values, _ := sessionData{}.Decode(bytes)
	user, _ := values[sessionUser].(string)
	return user
}
