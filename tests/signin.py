"""Logging in without a password: the login row is made, the cookie put, nothing is hashed."""

from flask import Flask
from flask.testing import FlaskClient

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core.house import House
from hazard.people.logins import Attempt, log_in
from hazard.people.terms import Device
from hazard.web.doorway import login_cookie


def sign_in(client: FlaskClient, house: House, person_id: int) -> FlaskClient:
    """Let `client` browse as that person from now on, and send forms without a token."""
    app: Flask = client.application
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        client.set_cookie(login_cookie(), token_of(house, person_id))
    return client


def token_of(house: House, person_id: int) -> str:
    """Return what the cookie of a fresh login of that person holds."""
    with writing(house.database, SYSTEM) as work:
        return log_in(work, Attempt(person_id, ()), Device.OWN)


def client_of(app: Flask, house: House, person_id: int) -> FlaskClient:
    """Return a browser in which that person is logged in."""
    return sign_in(app.test_client(), house, person_id)
