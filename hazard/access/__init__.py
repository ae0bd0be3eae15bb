"""Who may do what: permissions, the roles that hold them, the actor, separation of duty."""
