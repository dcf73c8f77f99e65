"""The REST API: routes by resource, what goes in and out, and problems. Knows sessions; nothing knows it but main."""
