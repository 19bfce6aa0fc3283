package main

import (
	"context"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// acceptRoleCommands answers what has to do with roles as if it had been done. FerretDB does not
// know these commands; who sends them cannot tell the difference, because everybody may do
// everything.
func acceptRoleCommands(h *handler.Handler) {
	for _, name := range []string{
		"createRole", "dropAllRolesFromDatabase", "dropRole", "grantPrivilegesToRole",
		"grantRolesToRole", "grantRolesToUser", "revokePrivilegesFromRole", "revokeRolesFromRole",
		"revokeRolesFromUser", "updateRole",
	} {
		add(h, name, func(context.Context, *wire.OpMsg) (*wire.OpMsg, error) { return reply() })
	}
	add(h, "rolesInfo", func(context.Context, *wire.OpMsg) (*wire.OpMsg, error) {
		return reply("roles", wirebson.MustArray())
	})
}
