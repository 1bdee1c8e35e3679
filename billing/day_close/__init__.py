"""The drawer: opened, counted blind, closed."""
