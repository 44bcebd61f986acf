"""Which headers name or reach a person, and which only speak of people."""

from __future__ import annotations

import pytest

from icpcli.load.texts.headers import is_personal

PERSONAL = """
E-mail
Prénom
Mobile Phone
LinkedIn URL
Adresse
date of birth
Interlocuteur
Contact principal
Ansprechpartner
Persona de contacto
Commercial
Account manager
Owner
Deal owner
Deal Owner.id
Propriétaire de l'entreprise
Company owner
Phone
Téléphone
Main Phone
Fax
Email (Primary Contact) (Contact)
Email (Work)
Personne - E-mail - Travail
Assigned to
Sales rep
Salesperson
Vendeur
Comercial
Vertriebsmitarbeiter
Deal - Besitzer
Created by
Créé par
Responsable
CEO
CEO name
Billing Name
Shipping Name
Recipient name
Nom de facturation
Destinataire
Kontaktperson
Affaire - Personne à contacter
Nom du dirigeant
Phone Number 2
Work email
Billing email
Adresse postale
Rue
Straße
Calle
Street Address
Email of the CFO
Numéro de téléphone
Collaborateur affecté
Related Contacts
Contact lié
Recommandé par
Referred By
user_id
OwnerId
hubspot_owner_id
Contact
Contact name
Person - LinkedIn
LinkedIn Company Page
Key account manager
Sales agent
Responsable du compte
Propriétaire de la piste
Contact Person
Last name
First Name
Gender
Civilité
Salutation
Customer Email
emailaddress1
primary_contact_name
primary_contact_primary_email
Activité - Attribué à l’utilisateur
Owned By
Birthday
Geburtsdatum
Mobil
Telefonnummer
Dirección completa
Teléfono
Nom de famille
Apporteur
Apporteur d'affaires
Parrainé par
SDR
""".strip().splitlines()

NOT_PERSONAL = """
Mobile app users
Email opens
Address type
Phone system
Emails sent
Email open rate
Email Opt Out
Email domain
Number of contacts
Number of Associated Contacts
Nombre de contacts
Contact type
Type de contact
Times contacted
Number of times contacted
Last contacted
Dernier contact
Owner occupied
Owner type
Commercial activity
Email marketing tool
LinkedIn followers
Address 1: City
Industry
Company name
Customer
Client
Client depuis
Customer since
Account type
Account status
Sales team
Segment
Employees
Nom commercial
Nom de l'entreprise
Management style
Commercial real estate
Active users
Users
Number of users
Number of employees
Manager count
Agents
Street lighting
Email provider
Unsubscribed from all email
Lead source
Deal type
Buying role
Job title
Poste
Persona
Date of last email
Phone calls
Web address
Account name
Société
Direct sales
Key account
Plan
Team size
Has account manager
Main competitor
Number of decision makers
Titre
Contact date
Date du premier contact
Emailing
Nombre d'e-mails envoyés
Number of emails
Customer success plan
Principal
Region
""".strip().splitlines()


@pytest.mark.parametrize("header", PERSONAL)
def test_what_names_or_reaches_a_person_is_known_as_personal(header: str):
    """Columns that name or reach somebody, a customer's people or ours, never become a property of a company."""
    assert is_personal(header)


@pytest.mark.parametrize("header", NOT_PERSONAL)
def test_what_only_speaks_of_people_is_no_person(header: str):
    """Counts, types and tools that have to do with people or mails are properties like any other."""
    assert not is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "Responsible person",
        "Person",
        "Identifiant du commercial",
        "Hauptkontakt",
        "Comercial asignado",
        "Auteur",
    ],
)
def test_whose_record_it_is_names_a_person(header: str):
    """Bitrix24's responsible person, Dolibarr's salesperson and their like describe no company."""
    assert is_personal(header)
