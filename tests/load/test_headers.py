"""Whole header rows of the CRMs, in four languages: the object of each file, and the field of each column."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest

from icpcli.load.headers import is_personal
from icpcli.load.read import table_in
from icpcli.load.understood import understand
from icpcli.model.common import CrmObject

ACCOUNT, CONTACT, DEAL = CrmObject.ACCOUNT, CrmObject.CONTACT, CrmObject.DEAL
SUBSCRIPTION, ROLE, ACTIVITY = CrmObject.SUBSCRIPTION, CrmObject.ROLE, CrmObject.ACTIVITY

OWN = "(our own)"  # Odoo's "Company" is whose CRM it is, and never a customer

# What the cells of each field look like, so that a column's values agree with its header.
CELLS = {
    "account_id": ("5551000001", "5551000002", "5551000003"),
    "contact_id": ("7001", "7002", "7003"),
    "deal_id": ("9001", "9002", "9003"),
    "deal_ids": ("9001; 9002", "9002", "9003"),
    "contact_ids": ("7001; 7002", "7002", "7003"),
    "subscription_id": ("sub_1", "sub_2", "sub_3"),
    "activity_id": ("a1", "a2", "a3"),
    "related_id": ("9001", "9002", "9003"),
    "name": ("Acme SA", "Bolt Ltd", "Crux GmbH"),
    "account_name": ("Acme SA", "Bolt Ltd", "Crux GmbH"),
    "domain": ("acme.fr", "bolt.co.uk", "crux.de"),
    "account_domain": ("acme.fr", "bolt.co.uk", "crux.de"),
    "industry": ("Retail", "Energy", "Retail"),
    "employees": ("120", "30", "900"),
    "annual_revenue": ("1200000", "300000", "90000"),
    "country": ("France", "Germany", "France"),
    "region": ("Bretagne", "Hessen", "Alsace"),
    "city": ("Paris", "Leeds", "Bonn"),
    "postal_code": ("75001", "06000", "53111"),
    "created_on": ("2024-01-31", "2024-02-01", "2024-02-15"),
    "customer_since": ("2024-03-31", "2024-04-01", ""),
    "churned_on": ("", "2025-01-01", ""),
    "last_activity_on": ("2025-01-31", "2025-02-01", "2025-02-15"),
    "closed_on": ("2024-03-31", "2024-04-01", "2024-04-15"),
    "won_on": ("2024-03-31", "", ""),
    "lost_on": ("", "2024-04-01", ""),
    "contract_start": ("2024-04-01", "", ""),
    "contract_end": ("2025-04-01", "", ""),
    "started_on": ("2024-04-01", "2024-05-01", "2024-06-01"),
    "ended_on": ("2025-04-01", "", ""),
    "occurred_on": ("2024-04-01", "2024-05-01", "2024-06-01"),
    "amount": ("1200.50", "300", "90"),
    "mrr": ("100.50", "30", "9"),
    "arr": ("1206", "360", "108"),
    "total_revenue": ("5000", "600", "70"),
    "contract_value": ("5000", "600", "70"),
    "acquisition_cost": ("500", "60", "70"),
    "currency": ("EUR", "EUR", "EUR"),
    "probability": ("100", "0", "40"),
    "nps": ("9", "4", ""),
    "times_contacted": ("12", "3", "7"),
    "deal_count": ("1", "2", "3"),
    "contact_count": ("1", "2", "3"),
    "days_to_close": ("30", "45", "60"),
    "founded_year": ("1999", "2010", "2015"),
    "term_months": ("12", "24", "12"),
    "is_won": ("true", "false", "false"),
    "is_lost": ("false", "true", "false"),
    "is_closed": ("true", "true", "false"),
    "is_active": ("True", "", "True"),
    "email": ("ann@acme.fr", "bob@bolt.co.uk", "cy@crux.de"),
    "full_name": ("Ann Lee", "Bob Ray", "Cy Fox"),
    "job_title": ("CFO", "IT Manager", "Buyer"),
    "notes": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "body": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "description": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "nps_comment": ("Great support.", "Too slow.", ""),
    "won_reason": ("Fast rollout", "", ""),
    "lost_reason": ("", "Price too high", ""),
    "activity_type": ("Call", "Email", "Meeting"),
    "direction": ("Inbound", "Outbound", "Inbound"),
    "result": ("Connected", "", "Completed"),
    "emails_sent": ("12", "3", "7"),
    "emails_opened": ("6", "1", "7"),
    "emails_clicked": ("2", "0", "1"),
    "emails_replied": ("1", "0", "1"),
    "stage": ("Closed Won", "Closed Lost", "Proposal"),
    "status": ("Won", "Lost", "Open"),
    OWN: ("Our Company", "Our Company", "Our Company"),
}
WORDS = ("alpha", "beta", "alpha")


@dataclass(frozen=True)
class Export:
    """One file: the CRM and language it is in, its object, and its headers with the field that each must be."""

    crm: str
    object: CrmObject
    columns: tuple[tuple[str, str | None], ...]


def export(crm: str, wanted: CrmObject, text: str) -> Export:
    """An export from lines of ``header = field``; a bare header must be no field, nor must the CRM's own company."""
    pairs = [line.partition(" = ") for line in text.strip().splitlines()]
    return Export(crm, wanted, tuple((header.strip(), field.strip() or None) for header, _, field in pairs))


EXPORTS = [
    export("HubSpot companies, en", ACCOUNT, """
Record ID = account_id
Company name = name
Company Domain Name = domain
Website URL
Industry = industry
Number of Employees = employees
Annual Revenue = annual_revenue
City = city
State/Region = region
Postal Code = postal_code
Country/Region = country
Lifecycle Stage = lifecycle_stage
Lead Status = lead_status
Original Traffic Source = channel
Number of times contacted = times_contacted
Create Date = created_on
Close Date = customer_since
Last Activity Date = last_activity_on
Company owner = owner
Total Revenue = total_revenue
Number of Associated Deals = deal_count
Number of Associated Contacts = contact_count
Days to Close = days_to_close
Year Founded = founded_year
Last NPS survey rating = nps
Parent Company = parent
"""),
    export("HubSpot companies, internal", ACCOUNT, """
hs_object_id = account_id
name = name
domain = domain
industry = industry
numberofemployees = employees
annualrevenue = annual_revenue
city = city
state = region
zip = postal_code
country = country
lifecyclestage = lifecycle_stage
hs_lead_status = lead_status
hs_analytics_source = channel
num_contacted_notes = times_contacted
createdate = created_on
closedate = customer_since
hubspot_owner_id = owner
total_revenue = total_revenue
founded_year = founded_year
"""),
    export("HubSpot companies, fr", ACCOUNT, """
ID de fiche d'informations = account_id
Nom de l'entreprise = name
Nom de domaine de l'entreprise = domain
Secteur d’activité = industry
Nombre d'employés = employees
Chiffre d'affaires annuel = annual_revenue
Ville = city
Code postal = postal_code
Pays/Région = country
Phase du cycle de vie = lifecycle_stage
Date de création = created_on
Date de la dernière activité = last_activity_on
Propriétaire de l'entreprise = owner
"""),
    export("HubSpot companies, es", ACCOUNT, """
Nombre de la empresa = name
Nombre de dominio de la empresa = domain
Sector = industry
Número de empleados = employees
Ciudad = city
País/región = country
Fecha de creación = created_on
"""),
    export("HubSpot contacts, en", CONTACT, """
Record ID = contact_id
First Name = full_name
Last Name
Email = email
Job Title = job_title
Company Name = account_name
Primary Associated Company ID = account_id
Employment Seniority = seniority
Employment Role = department
Buying Role = buying_role
Original Traffic Source = channel
Associated Deal IDs = deal_ids
Create Date = created_on
Number of times contacted = times_contacted
Contact owner
"""),
    export("HubSpot contacts, fr", CONTACT, """
ID de fiche d'informations = contact_id
Prénom
Nom = full_name
E-mail = email
Intitulé du poste = job_title
Associated Company = account_name
Associated Company IDs = account_id
Numéro de téléphone
Propriétaire du contact
Date de création = created_on
"""),
    export("HubSpot deals, en", DEAL, """
Record ID = deal_id
Deal Name = deal_name
Deal Stage = stage
Pipeline
Amount = amount
Close Date = closed_on
Create Date = created_on
Is Closed Won = is_won
Is closed lost = is_lost
Is Deal Closed? = is_closed
Deal probability = probability
Deal owner = owner
Deal Type = deal_type
Associated Company = account_name
Associated Company IDs = account_id
Associated Contact IDs = contact_ids
Days to close = days_to_close
Currency = currency
Monthly recurring revenue = mrr
Annual recurring revenue = arr
Original Traffic Source = channel
Contract Start Date = contract_start
Contract End Date = contract_end
Cumulative time in "Closed Won (Sales Pipeline)" (HH:mm:ss)
"""),
    export("HubSpot deals, fr", DEAL, """
ID de fiche d'informations = deal_id
Nom de la transaction = deal_name
Phase de la transaction = stage
Pipeline
Montant = amount
Date de fermeture = closed_on
Date de création = created_on
Propriétaire de la transaction = owner
Associated Company = account_name
Associated Company IDs = account_id
Associated Contact IDs = contact_ids
"""),
    export("HubSpot deals, es", DEAL, """
Nombre del negocio = deal_name
Etapa del negocio = stage
Importe = amount
Fecha de cierre = closed_on
Propietario del negocio = owner
Empresa asociada = account_name
"""),
    export("Salesforce report, accounts", ACCOUNT, """
Account ID = account_id
Account Name = name
Account Type = account_type
Industry = industry
Employees = employees
Annual Revenue = annual_revenue
Billing City = city
Billing State/Province = region
Billing Zip/Postal Code = postal_code
Billing Country = country
Account Source = channel
Account Owner = owner
Created Date = created_on
"""),
    export("Salesforce API, accounts", ACCOUNT, """
Id = account_id
Name = name
Type = account_type
Industry = industry
NumberOfEmployees = employees
AnnualRevenue = annual_revenue
BillingCity = city
BillingCountry = country
AccountSource = channel
CreatedDate = created_on
Legacy_Score__c
"""),
    export("Salesforce report, several currencies", DEAL, """
Opportunity ID = deal_id
Account Name = account_name
Opportunity Name = deal_name
Amount Currency = currency
Amount = amount
Stage = stage
Close Date = closed_on
Created Date = created_on
Probability (%) = probability
Type = deal_type
Lead Source = channel
Opportunity Owner = owner
"""),
    export("Salesforce API, opportunities", DEAL, """
Id = deal_id
AccountId = account_id
Name = deal_name
StageName = stage
Amount = amount
CloseDate = closed_on
CreatedDate = created_on
IsWon = is_won
IsClosed = is_closed
Probability = probability
LeadSource = channel
Type = deal_type
"""),
    export("Salesforce custom report type", DEAL, """
Opportunity: Opportunity ID = deal_id
Opportunity: Opportunity Name = deal_name
Account Name: Account Name = account_name
Account Name: Account ID = account_id
Opportunity: Stage = stage
Opportunity: Amount = amount
Opportunity: Close Date = closed_on
Opportunity: Created Date = created_on
"""),
    export("Salesforce report, fr", DEAL, """
Nom de l'opportunité = deal_name
Nom du compte = account_name
Etape = stage
Montant = amount
Date de clôture = closed_on
Date de création = created_on
Propriétaire de l'opportunité = owner
"""),
    export("Salesforce roles", ROLE, """
Id
OpportunityId = deal_id
ContactId = contact_id
Role = buying_role
IsPrimary
"""),
    export("Pipedrive deals, en", DEAL, """
Deal - ID = deal_id
Deal - Title = deal_name
Deal - Value = amount
Deal - Currency of Value = currency
Deal - Organization = account_name
Deal - Contact person
Deal - Stage = stage
Deal - Status = status
Deal - Deal created = created_on
Deal - Won time = won_on
Deal - Lost time = lost_on
Deal - Deal closed on = closed_on
Deal - Expected close date
Deal - Lost reason = lost_reason
Deal - Owner = owner
"""),
    export("Pipedrive deals with their organizations, en", DEAL, """
Deal - Title = deal_name
Deal - Value = amount
Deal - Status = status
Deal - Deal created = created_on
Organization - Name = account_name
Organization - ID = account_id
"""),
    export("Pipedrive deals, fr", DEAL, """
Affaire - ID = deal_id
Affaire - Titre = deal_name
Affaire - Valeur = amount
Affaire - Organisation = account_name
Affaire - Personne à contacter
Affaire - Étape = stage
Affaire - Statut = status
Affaire - Affaire créée = created_on
Affaire - Date de gain = won_on
Affaire - Date de perte = lost_on
Affaire - Date de clôture prévue
Affaire - Raison de la perte = lost_reason
"""),
    export("Pipedrive deals, de", DEAL, """
Deal - Titel = deal_name
Deal - Wert = amount
Deal - Organisation = account_name
Deal - Phase = stage
Deal - Status = status
Deal - Deal erstellt = created_on
Deal - Datum des gewonnenen Deals = won_on
Deal - Datum des verlorenen Deals = lost_on
Deal - Kontaktperson
"""),
    export("Pipedrive deals, es", DEAL, """
Trato - Título = deal_name
Trato - Valor = amount
Trato - Organización = account_name
Trato - Etapa = stage
Trato - Estado = status
"""),
    export("Pipedrive organizations, fr", ACCOUNT, """
Organisation - Nom = name
Organisation - ID = account_id
Organisation - Étiquette
Organisation - Secteur = industry
Organisation - Ville = city
Organisation - Pays = country
Organisation - 🚨 Source du lead = channel
"""),
    export("Pipedrive people, en", CONTACT, """
Person - Name = full_name
Person - ID = contact_id
Person - Email = email
Person - Job title = job_title
Person - Organization = account_name
"""),
    export("Zoho accounts", ACCOUNT, """
Record Id = account_id
Account Name = name
Website = domain
Industry = industry
Employees = employees
Annual Revenue = annual_revenue
Billing City = city
Billing Country = country
Account Owner.id
Account Owner = owner
Created Time = created_on
"""),
    export("Zoho deals", DEAL, """
Record Id = deal_id
Deal Name = deal_name
Account Name.id = account_id
Account Name = account_name
Amount = amount
Stage = stage
Closing Date = closed_on
Created Time = created_on
Probability (%) = probability
Lead Source = channel
Deal Owner = owner
Contact Name.id = contact_ids
Contact Name
Type = deal_type
"""),
    export("Zoho deals, fr", DEAL, """
Nom de la transaction = deal_name
Nom du compte = account_name
Étape = stage
Montant = amount
Date d'échéance = closed_on
Origine du lead = channel
"""),
    export("Dynamics 365 accounts", ACCOUNT, """
(Do Not Modify) Account = account_id
(Do Not Modify) Row Checksum
(Do Not Modify) Modified On
Account Name = name
Address 1: City = city
Address 1: Country/Region = country
Number of Employees = employees
Annual Revenue = annual_revenue
Industry = industry
Main Phone
Relationship Type = account_type
"""),
    export("Dynamics 365 opportunities, API", DEAL, """
opportunityid = deal_id
name = deal_name
parentaccountid = account_id
estimatedvalue
actualvalue = amount
actualclosedate = closed_on
estimatedclosedate
createdon = created_on
statecode = status
"""),
    export("Odoo opportunities, en", DEAL, """
Opportunity = deal_name
Customer = account_name
Stage = stage
Expected Revenue = amount
Active = is_active
Probability = probability
Created on = created_on
Closed Date = closed_on
Salesperson = owner
Days to Close = days_to_close
Company = (our own)
"""),
    export("Odoo opportunities, fr", DEAL, """
Opportunité = deal_name
Client = account_name
Étape = stage
Revenu attendu = amount
Probabilité = probability
Actif = is_active
Créé le = created_on
Date de clôture = closed_on
Vendeur = owner
MRR attendu = mrr
Société = (our own)
"""),
    export("Odoo opportunities, technical", DEAL, """
id = deal_id
name = deal_name
partner_id/id = account_id
stage_id/name = stage
expected_revenue = amount
probability = probability
active = is_active
create_date = created_on
date_closed = closed_on
"""),
    export("Attio deals", DEAL, """
Record ID = deal_id
Deal name = deal_name
Deal stage = stage
Deal value = amount
Associated company = account_name
Deal owner = owner
Created at = created_on
Close date = closed_on
"""),
    export("Attio companies", ACCOUNT, """
Record ID = account_id
Name = name
Domains = domain
Employee range = employees
Estimated ARR = annual_revenue
Primary location > Country = country
Categories = industry
"""),
    export("Copper companies", ACCOUNT, """
Copper ID = account_id
Name = name
City = city
Country = country
Website = domain
Owned By = owner
Account Number cf_698260
Industry cf_12345 = industry
Contact Type = account_type
"""),
    export("Close leads", ACCOUNT, """
id = account_id
lead_name = name
status_label = lifecycle_stage
num_calls = times_contacted
custom.Industry = industry
custom.Employees = employees
url = domain
"""),
    export("Freshsales deals", DEAL, """
Deal Name = deal_name
Deal Value = amount
Type = deal_type
Expected close date
Closed date = closed_on
Deal Pipeline
Deal Stage = stage
Account = account_name
Source = channel
"""),
    export("Sellsy opportunities", DEAL, """
Nom de l'opportunité = deal_name
Montant potentiel = amount
Date d'échéance = closed_on
Pipeline
Étape = stage
Probabilité = probability
Statut = status
Source = channel
Société liée = account_name
Contact lié
Collaborateur affecté = owner
"""),
    export("Intercom companies", ACCOUNT, """
Company name = name
Company ID = account_id
Company last seen (AEDT) = last_activity_on
Company created at (AEDT) = created_on
People = contact_count
Plan
Monthly Spend = mrr
Company size = employees
"""),
    export("Stripe subscriptions", SUBSCRIPTION, """
id = subscription_id
Customer ID = account_id
Customer Name = account_name
Customer Email
Status = status
Plan = plan
Amount = amount
Interval = interval
Start (UTC) = started_on
Trial End (UTC)
Canceled At (UTC)
Ended At (UTC) = ended_on
"""),
    export("monday board", DEAL, """
Name = deal_name
Subitems
Owner = owner
Stage = stage
Deal Value = amount
Close Date = closed_on
Company = account_name
Item ID (auto generated) = deal_id
"""),
    export("French spreadsheet", ACCOUNT, """
N° client = account_id
Raison sociale = name
Secteur = industry
Effectif = employees
CA (k€) = annual_revenue
Pays = country
Ville = city
Client depuis = customer_since
Date de résiliation = churned_on
MRR (€ HT) = mrr
Coût d’acquisition (€) = acquisition_cost
Source = channel
NPS = nps
"""),
    export("Salesforce report, amounts and their conversion", DEAL, """
Opportunity ID = deal_id
Account Name = account_name
Amount Currency
Amount
Amount (converted) Currency = currency
Amount (converted) = amount
Expected Revenue
Stage = stage
Close Date = closed_on
"""),
    export("HubSpot deals, amounts in two currencies and none named", DEAL, """
Record ID = deal_id
Deal Name = deal_name
Deal Stage = stage
Amount
Amount in company currency = amount
Associated Company = account_name
Close Date = closed_on
"""),
    export("HubSpot contacts, internal", CONTACT, """
hs_object_id = contact_id
firstname = full_name
lastname
email = email
jobtitle = job_title
company = account_name
associatedcompanyid = account_id
hs_seniority = seniority
hs_buying_role = buying_role
createdate = created_on
"""),
    export("HubSpot deals, internal", DEAL, """
hs_object_id = deal_id
dealname = deal_name
dealstage = stage
pipeline
amount = amount
closedate = closed_on
createdate = created_on
hs_is_closed_won = is_won
hs_is_closed_lost = is_lost
hs_primary_associated_company = account_id
hubspot_owner_id = owner
deal_currency_code = currency
"""),
    export("Salesforce report, contacts", CONTACT, """
Contact ID = contact_id
Account Name = account_name
Account ID = account_id
First Name = full_name
Last Name
Title = job_title
Department = department
Email = email
Lead Source = channel
"""),
    export("Salesforce tasks", ACTIVITY, """
Activity ID = activity_id
Subject
ActivityDate = occurred_on
WhoId = contact_id
WhatId = related_id
TaskSubtype = activity_type
AccountId = account_id
"""),
    export("Pipedrive deals with people and organisations, fr", DEAL, """
Affaire - Titre = deal_name
Affaire - Valeur = amount
Affaire - Statut = status
Affaire - Région
Affaire - Heure de l’échec = lost_on
Organisation - Nom = account_name
Organisation - ID = account_id
Personne - Nom
Personne - E-mail - Travail
"""),
    export("Pipedrive people, fr", CONTACT, """
Personne - ID = contact_id
Personne - Nom = full_name
Personne - E-mail - Travail = email
Personne - Intitulé du poste = job_title
Personne - Organisation = account_name
Personne - Téléphone - Mobile
"""),
    export("Zoho contacts", CONTACT, """
Record Id = contact_id
Contact Owner
First Name = full_name
Last Name
Account Name.id = account_id
Account Name = account_name
Email = email
Title = job_title
Department = department
Lead Source = channel
Created Time = created_on
"""),
    export("Dynamics 365 opportunities, fr", DEAL, """
Nom de l'opportunité = deal_name
Compte client = account_name
Chiffre d'affaires réel = amount
Date de clôture réelle = closed_on
Date de clôture estimée
Statut = status
Campagne source = channel
Étape de vente = stage
"""),
    export("Odoo companies, fr", ACCOUNT, """
ID = account_id
Nom = name
Secteur d'activité = industry
Ville = city
Code postal = postal_code
Pays = country
État = region
Vendeur = owner
Recommandé par
Étiquettes
"""),
    export("Odoo companies, de", ACCOUNT, """
ID = account_id
Name = name
Branche = industry
Stadt = city
PLZ = postal_code
Land = country
Bundesland = region
Vertriebsmitarbeiter = owner
"""),
    export("Odoo people, fr", CONTACT, """
Nom = full_name
Titre
Poste = job_title
E-mail = email
Société associée = account_name
Téléphone
"""),
    export("Odoo opportunities, de", DEAL, """
Verkaufschance = deal_name
Kunde = account_name
Phase = stage
Erwarteter Umsatz = amount
Wahrscheinlichkeit = probability
Aktiv = is_active
Erstellt am = created_on
Abschlussdatum = closed_on
Unternehmen
"""),
    export("Odoo opportunities, es", DEAL, """
Oportunidad = deal_name
Cliente = account_name
Etapa = stage
Ingresos esperados = amount
Probabilidad = probability
Activo = is_active
Creado el = created_on
Fecha de cierre = closed_on
Comercial = owner
"""),
    export("Attio people", CONTACT, """
Record ID = contact_id
Name = full_name
Job title = job_title
Email addresses = email
Company = account_name
"""),
    export("ChartMogul customers", ACCOUNT, """
company_name = name
customer_external_ids = account_id
MRR = mrr
ARR = arr
customer_since = customer_since
churn_date = churned_on
Country = country
"""),
    export("headers joined in lower case", ACCOUNT, """
companyname = name
industry = industry
numberofemployees = employees
annualrevenue = annual_revenue
customersince = customer_since
leadsource = channel
"""),
    export("headers in capitals, with odd spaces", ACCOUNT, """
COMPANY\u00a0NAME = name
SECTEUR\u202fD’ACTIVITÉ = industry
  Number  of Employees * = employees
CUSTOMER_SINCE = customer_since
MRR [EUR] = mrr
"""),
    export("a report of deals with their companies", DEAL, """
Opportunity Name = deal_name
Account Name = account_name
Amount = amount
Stage = stage
Close Date = closed_on
Industry
Employees
Billing Country
"""),
    export("HubSpot contacts with e-mail counts, en", CONTACT, """
Record ID = contact_id
First Name = full_name
Last Name
Email = email
Job Title = job_title
Buying Role = buying_role
Notes = notes
Marketing emails delivered = emails_sent
Marketing emails opened = emails_opened
Marketing emails clicked = emails_clicked
Marketing emails replied = emails_replied
Last NPS survey comment = nps_comment
Last NPS survey rating = nps
"""),
    export("HubSpot notes, en", ACTIVITY, """
Record ID = activity_id
Activity date = occurred_on
Note body = body
Associated Contact IDs = contact_id
"""),
    export("HubSpot calls, en", ACTIVITY, """
Record ID = activity_id
Activity type = activity_type
Activity date = occurred_on
Call direction = direction
Call outcome = result
Call notes = body
Associated Contact IDs = contact_id
"""),
    export("HubSpot deals with reasons, en", DEAL, """
Record ID = deal_id
Deal Name = deal_name
Deal Stage = stage
Amount = amount
Close Date = closed_on
Deal Description = description
Closed Won Reason = won_reason
Closed Lost Reason = lost_reason
Associated Contact IDs = contact_ids
Associated Company IDs = account_id
"""),
    export("Salesforce tasks, API", ACTIVITY, """
Id = activity_id
WhoId = contact_id
WhatId = related_id
ActivityDate = occurred_on
TaskSubtype = activity_type
Status = result
Description = body
AccountId = account_id
"""),
]  # fmt: skip


def written(one: Export) -> bytes:
    """The export as a CSV file of three rows."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([header for header, _ in one.columns])
    for row in range(3):
        writer.writerow([CELLS.get(field or "", WORDS)[row] for _, field in one.columns])
    return stream.getvalue().encode()


@pytest.mark.parametrize("one", EXPORTS, ids=[one.crm for one in EXPORTS])
def test_every_column_of_a_crm_is_the_field_it_is(one: Export):
    """The file's name tells nothing here: headers and values alone give the object and each column's field."""
    raw = table_in(written(one), shown_as="export.csv")

    understood = understand(raw, {}, is_alone=True)

    fields = {column.header: column.field for column in understood.columns if column.object is one.object}
    assert understood.object is one.object
    expected = {header: None if field == OWN else field for header, field in one.columns}
    assert {header: fields.get(header) for header, _ in one.columns} == expected


@pytest.mark.parametrize(
    "headers",
    [
        "Lead ID,First Name,Last Name,Title,Company,Lead Source,Lead Status,Lead Owner",
        "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Lead Source,Lead Status,Industry",
        "ID de piste,Prénom,Nom,Société/Compte,Statut de la piste,Origine de la piste,Propriétaire de la piste",
        "Lead - Title,Lead - Value,Lead - Owner,Lead - Lead created",
        "Ticket ID,Ticket name,Ticket status,Pipeline,Priority,Category,Source,Create date,Close date",
        "date,movement_type,mrr_movement_in_account_currency,customer_name",
    ],
)
def test_what_is_no_customer_yet_is_left_out_for_a_reason(headers: str):
    """Leads, tickets and movements of revenue are known by their headers alone, and the reason is said."""
    raw = table_in(f"{headers}\n{','.join('abcdefghijk'[: headers.count(',') + 1])}\n".encode(), shown_as="-")

    understood = understand(raw, {}, is_alone=True)

    assert understood.object is CrmObject.OTHER
    assert understood.reason


def test_the_companies_beside_deals_are_described_too():
    """A report of deals with the industry and the country of each deal's company tells of both."""
    text = (
        "Opportunity Name,Account Name,Amount,Stage,Close Date,Industry,Employees,Billing Country\n"
        "a,Acme,10,Closed Won,2024-01-31,Retail,120,France\nb,Bolt,20,Closed Lost,2024-02-28,Energy,30,Spain\n"
    )

    understood = understand(table_in(text.encode(), shown_as="export.csv"), {})

    assert understood.object is DEAL
    assert {f: c.header for f, c in understood.of(ACCOUNT).items()} == {
        "name": "Account Name",
        "industry": "Industry",
        "employees": "Employees",
        "country": "Billing Country",
    }


def test_two_columns_of_one_name_are_two():
    """A duplicate header neither hides the first column nor makes a field of the wrong one."""
    text = (
        "Affaire - Titre,Affaire - Valeur,Affaire - Organisation,Affaire - Statut,Affaire - Région,Affaire - Région\n"
        "a,10,Acme,Gagnée,Nord,Sud\nb,20,Bolt,Perdue,Sud,Nord\n"
    )

    understood = understand(table_in(text.encode(), shown_as="export.csv"), {})

    assert set(understood.of(DEAL)) == {"deal_name", "amount", "account_name", "status"}


@pytest.mark.parametrize(
    "header", ["Signataire du contrat", "Visité par", "Signée par", "Visited by", "Sold by"]
)
def test_who_signed_or_visited_is_a_person(header: str):
    """The other side of a contract and who went there are named, and describe no company."""
    assert is_personal(header)


@pytest.mark.parametrize("header", ["Type de contrat", "Contract", "Durée du contrat", "Pays par défaut"])
def test_what_kind_of_contract_it_is_names_nobody(header: str):
    """A contract's kind, its length, and a default are no person."""
    assert not is_personal(header)
