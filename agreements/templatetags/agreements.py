"""Marks of agreements in templates: `{% load agreements %}`."""

from django import template

from agreements.lists import end_in_words, state_badge

register = template.Library()
register.filter("state_mark", state_badge)
register.filter("end_in_words", end_in_words)
