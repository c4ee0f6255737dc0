/*
 * The columns of exports, as of 2026: HubSpot's export by label (a label whose letters are those of
 * the property, such as "Job Title" for jobtitle, needs no line here), Salesforce's Bulk query and
 * report exports by field name. A table and nothing else.
 */
#include "files/columns.h"

#include <string.h>

static const struct {
    const char *what, *column;
} columns[] = {
    {"id", "Record ID"},
    {"id", "Record ID - Contact"},
    {"id", "Contact ID"},
    {"id", "Lead ID"},
    {"id", "hs_object_id"},
    {"id", "vid"},
    {"id", "Id"},
    {"id", "ID"},

    /* HubSpot's export, people */
    {"contacts.hs_seniority", "Employment Seniority"},
    {"contacts.hs_role", "Employment Role"},
    {"contacts.hs_sub_role", "Employment Sub Role"},
    {"contacts.hs_persona", "Persona"},
    {"contacts.hs_buying_role", "Buying Role"},
    {"contacts.hs_country_region_code", "Country/Region Code"},
    {"contacts.country", "Country/Region"},
    {"contacts.state", "State/Region"},
    {"contacts.hs_language", "Preferred language"},
    {"contacts.hs_timezone", "Time Zone"},
    {"contacts.company", "Company Name"},
    {"contacts.hs_linkedin_url", "LinkedIn URL"},
    {"contacts.hs_lead_status", "Lead Status"},
    {"contacts.hubspot_owner_id", "Contact owner"},
    {"contacts.hs_email_optout", "Unsubscribed from all email"},
    {"contacts.hs_email_bounce", "Marketing emails bounced"},
    {"contacts.hs_marketable_status", "Marketing contact status"},
    {"contacts.hs_is_unworked", "Contact unworked"},
    {"contacts.hs_sequences_is_enrolled", "Currently in Sequence"},
    {"contacts.hs_analytics_source", "Original Traffic Source"},
    {"contacts.hs_analytics_source", "Original Source"},
    {"contacts.createdate", "Create Date"},
    {"contacts.notes_last_updated", "Last Activity Date"},
    {"contacts.notes_last_contacted", "Last Contacted"},
    {"contacts.notes_next_activity_date", "Next Activity Date"},
    {"contacts.hs_analytics_num_page_views", "Number of Pageviews"},
    {"contacts.hs_analytics_num_visits", "Number of Sessions"},
    {"contacts.hs_analytics_last_visit_timestamp", "Time of Last Session"},
    {"contacts.num_conversion_events", "Number of Form Submissions"},
    {"contacts.num_unique_conversion_events", "Number of Unique Forms Submitted"},
    {"contacts.recent_conversion_date", "Recent Conversion Date"},
    {"contacts.recent_conversion_event_name", "Recent Conversion"},
    {"contacts.first_conversion_event_name", "First Conversion"},
    {"contacts.hs_email_open", "Marketing emails opened"},
    {"contacts.hs_email_last_open_date", "Last marketing email open date"},
    {"contacts.hs_email_click", "Marketing emails clicked"},
    {"contacts.hs_email_last_click_date", "Last marketing email click date"},
    {"contacts.hs_email_replied", "Marketing emails replied"},
    {"contacts.hs_email_last_reply_date", "Last marketing email reply date"},
    {"contacts.hs_email_sends_since_last_engagement", "Sends Since Last Engagement"},
    {"contacts.hs_sales_email_last_opened", "Recent Sales Email Opened Date"},
    {"contacts.hs_sales_email_last_clicked", "Recent Sales Email Clicked Date"},
    {"contacts.hs_sales_email_last_replied", "Recent Sales Email Replied Date"},
    {"contacts.engagements_last_meeting_booked", "Date of last meeting booked in meetings tool"},
    {"contacts.num_notes", "Number of Sales Activities"},
    {"contacts.num_associated_deals", "Number of Associated Deals"},

    /* HubSpot's export, companies */
    {"companies.name", "Company name"},
    {"companies.domain", "Company Domain Name"},
    {"companies.website", "Website URL"},
    {"companies.country", "Country/Region"},
    {"companies.state", "State/Region"},
    {"companies.hs_employee_range", "Employee range"},
    {"companies.is_public", "Is Public"},
    {"companies.founded_year", "Year Founded"},
    {"companies.hs_is_target_account", "Target Account"},
    {"companies.hs_ideal_customer_profile", "Ideal Customer Profile Tier"},
    {"companies.num_associated_contacts", "Number of Associated Contacts"},

    /* Salesforce: a query's and a report's names */
    {"contact.email", "Email"},
    {"contact.title", "Title"},
    {"contact.first_name", "FirstName"},
    {"contact.last_name", "LastName"},
    {"contact.department", "Department"},
    {"contact.country", "MailingCountryCode"},
    {"contact.country", "MailingCountry"},
    {"contact.state", "MailingState"},
    {"contact.city", "MailingCity"},
    {"contact.company_name", "Company"},
    {"contact.source", "LeadSource"},
    {"contact.source", "Lead Source"},
    {"contact.lead_status", "Status"},
    {"contact.owner", "OwnerId"},
    {"contact.opted_out", "HasOptedOutOfEmail"},
    {"contact.created", "CreatedDate"},
    {"contact.last_activity", "LastActivityDate"},
    {"company.name", "Account.Name"},
    {"company.name", "Account Name"},
    {"company.name", "Company"},
    {"company.domain", "Account.Website"},
    {"company.website", "Account.Website"},
    {"company.industry", "Account.Industry"},
    {"company.industry", "Industry"},
    {"company.employees", "Account.NumberOfEmployees"},
    {"company.employees", "NumberOfEmployees"},
    {"company.employees", "Employees"},
    {"company.revenue", "Account.AnnualRevenue"},
    {"company.revenue", "AnnualRevenue"},
    {"company.country", "Account.BillingCountryCode"},
    {"company.country", "Account.BillingCountry"},
    {"company.country", "BillingCountry"},
    {"company.state", "Account.BillingState"},
    {"company.city", "Account.BillingCity"},
    {"company.type", "Account.Type"},
    {"company.owner", "Account.OwnerId"},
    {"company.created", "Account.CreatedDate"},
    {"company.last_activity", "Account.LastActivityDate"},
};

const char *icp_files_column(const char *what, size_t what_length, size_t index)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        if (strlen(columns[i].what) != what_length ||
            memcmp(columns[i].what, what, what_length) != 0)
            continue;
        if (index == 0)
            return columns[i].column;
        index--;
    }
    return NULL;
}
