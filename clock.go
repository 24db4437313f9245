//go:build cgo

package main

import (
	"context"
	"log/slog"
	"time"

	"lekha/servicing"
)

// clockTick is how often the server looks whether the hour of closing has come.
const clockTick = 20 * time.Second

// tendDays closes days whose hour has come until the program stops. Why a day stays
// open stands on its page; here only what is our fault is logged.
func tendDays(ctx context.Context, office *servicing.Office, logger *slog.Logger) {
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	for {
		result, err := office.CloseDueDays(ctx)
		if err != nil && ctx.Err() == nil {
			logger.Error("closing a day by the clock", "error", err)
		}
		if result.Days > 0 {
			logger.Info("closed by the clock", "days", result.Days, "open", result.BusinessDate.String(), "accounts", result.Accounts, "failed", result.Failed)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
